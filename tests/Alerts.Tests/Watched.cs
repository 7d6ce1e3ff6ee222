using StockPipeline.Alerts;
using StockPipeline.Contracts.Alerts;
using StockPipeline.Contracts.Time;

namespace StockPipeline.AlertsTests;

/// <summary>A board with one series, and what it has said: each word must change what stands.</summary>
internal sealed class Watched
{
    private readonly int keep;
    private readonly AlertRule[] rules;
    private readonly List<AlertChange> changes = [];
    private AlertBoard board;

    public Watched(int keep, params AlertRule[] rules)
    {
        (this.keep, this.rules) = (keep, rules);
        board = Begin();
        Start();
    }

    /// <summary>The minutes that stand, of each rule by its id.</summary>
    public HashSet<(string Rule, int Minute)> Standing { get; } = [];

    public List<(string Rule, int Minute, bool IsTrue, bool IsLate)> Said { get; } = [];

    public void Take(int minute, double close, bool isFinal = true, double? high = null, double? low = null)
    {
        board.Take(
            Interval.OneMinute, AlertCondition.Candles, Rules.Figi, Rules.Ms(minute), isFinal, [close, high ?? close, low ?? close], changes);
        Hear();
    }

    public void TakeLines(string source, int minute, params double[] values)
    {
        board.Take(Interval.OneMinute, source, Rules.Figi, Rules.Ms(minute), isFinal: true, values, changes);
        Hear();
    }

    public void Lose(int minute)
    {
        board.Lose(Interval.OneMinute, AlertCondition.Candles, Rules.Figi, Rules.Ms(minute), changes);
        Hear();
    }

    public void Look(int minute, Func<long, long, long>? traded = null)
    {
        board.CheckSilence(Rules.Ms(minute), (_, from, to) => traded?.Invoke(from, to) ?? to - from, changes);
        Hear();
    }

    /// <summary>Another process takes over: reads what was said and these points, and judges.</summary>
    public void Restart(IEnumerable<Point> points, bool rulesComeLate = false)
    {
        board = rulesComeLate ? new AlertBoard(keep) : Begin();
        foreach (var (rule, minute) in Standing)
            board.TakeFound(new AlertEventKey(Rules.Figi, new AlertKey("anna", rule), Rules.Minute(minute)), isTrue: true);
        foreach (var point in points)
            Take(point.Minute, point.Close, point.IsFinal, point.High, point.Low);
        Start();
        foreach (var rule in rulesComeLate ? rules : [])
            board.Put(rule, changes);
        Hear();
    }

    private AlertBoard Begin()
    {
        var fresh = new AlertBoard(keep);
        foreach (var rule in rules)
            fresh.Put(rule, changes);
        return fresh;
    }

    private void Start()
    {
        board.Start(changes);
        Hear();
    }

    private void Hear()
    {
        foreach (var change in changes)
        {
            var key = (change.Rule.Id, Minute: (int)((change.OpenTime - Rules.Ms(0)) / 60_000));
            Assert.True(change.IsTrue ? Standing.Add(key) : Standing.Remove(key), $"{key} is said to be {change.IsTrue} a second time");
            Said.Add((key.Id, key.Minute, change.IsTrue, change.IsLate));
        }
        changes.Clear();
    }
}

/// <summary>One candle.</summary>
internal readonly record struct Point(int Minute, double Close, bool IsFinal, double High, double Low);
