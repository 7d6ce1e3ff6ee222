using StockPipeline.Contracts.Alerts;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Alerts;

/// <summary>
/// The series of one partition and the rules over them. While the topics are read it only takes in; once started it says what is missing among what
/// was said, what is not true, and from then on what changes. Pure; one thread at a time.
/// </summary>
/// <param name="keep">Points of a series that are kept; more than <see cref="AlertLimits.MostCandles"/>.</param>
public sealed class AlertBoard(int keep)
{
    /// <summary>Points of an indicator's series that nobody has a rule for: enough to know on which side it stands.</summary>
    private const int KeepUnasked = 64;

    /// <summary>Forgetting happens in steps of this many points, so that its cost is spread.</summary>
    private const int TrimStep = 128;

    private readonly Dictionary<(Interval, string), Dictionary<Figi, Series>> topics = [];
    private readonly Dictionary<AlertKey, (AlertRule Rule, RuleRun? Run)> rules = [];
    private readonly Dictionary<AlertKey, SortedSet<long>> found = [];

    /// <summary>All there was has been read.</summary>
    public bool IsStarted { get; private set; }

    public int Rules => rules.Count;

    /// <summary>What was said before: an event stands, or was withdrawn.</summary>
    public void TakeFound(AlertEventKey key, bool isTrue)
    {
        if (!found.TryGetValue(key.Rule, out var opens))
            found.Add(key.Rule, opens = []);
        if (isTrue)
            opens.Add(key.OpenTime.ToUnixTimeMilliseconds());
        else
            opens.Remove(key.OpenTime.ToUnixTimeMilliseconds());
    }

    /// <summary>Follows a rule from now on, or what has become of it.</summary>
    public void Put(AlertRule rule, ICollection<AlertChange> changes)
    {
        if (rules.TryGetValue(rule.Key, out var old) && old.Rule == rule)
            return;
        Remove(rule.Key);
        rules.Add(rule.Key, (rule, null));
        if (IsStarted)
            Begin(rule, changes);
    }

    public void Remove(AlertKey key)
    {
        if (!rules.Remove(key, out var old) || old.Run is not { } run)
            return;
        SeriesOf(old.Rule.Condition).Runs.Remove(run);
        // It may come back as it was, and must not say again what it has said.
        found[key] = [.. run.Fired];
    }

    /// <summary>Everything has been read: judges it all.</summary>
    public void Start(ICollection<AlertChange> changes)
    {
        IsStarted = true;
        foreach (var (rule, _) in rules.Values.ToList())
            Begin(rule, changes);
    }

    /// <summary>Takes a point: of the candles close, high and low; of an indicator the close and its lines, in their order.</summary>
    public void Take(
        Interval interval, string source, Figi figi, long openTime, bool isFinal, ReadOnlySpan<double> values, ICollection<AlertChange> changes)
    {
        var series = SeriesOf(interval, source, figi);
        var effect = series.Points.Put(openTime, isFinal, values, out var index);
        if (effect is PointEffect.None or PointEffect.TooOld)
            return;
        foreach (var run in series.Runs)
            run.Take(index, effect, changes);
        var most = series.Runs.Count > 0 || source == AlertCondition.Candles || !IsStarted ? keep : KeepUnasked;
        if (series.Points.Count < most + TrimStep)
            return;
        var surplus = series.Points.Count - most;
        foreach (var run in series.Runs)
            run.Forget(surplus);
        series.Points.Trim(surplus);
    }

    /// <summary>A point is taken back.</summary>
    public void Lose(Interval interval, string source, Figi figi, long openTime, ICollection<AlertChange> changes)
    {
        var series = SeriesOf(interval, source, figi);
        if (!series.Points.Remove(openTime))
            return;
        foreach (var run in series.Runs)
            run.Lose(openTime, changes);
    }

    /// <summary>Looks for silence.</summary>
    /// <param name="nowMs">What time it is.</param>
    /// <param name="tradedMs">How much trading lies between two moments, for what a condition is about.</param>
    /// <param name="changes">Takes what is to be said.</param>
    public void CheckSilence(long nowMs, Func<AlertCondition, long, long, long> tradedMs, ICollection<AlertChange> changes)
    {
        if (!IsStarted)
            return;
        foreach (var (rule, run) in rules.Values)
        {
            if (rule.Condition.Kind == AlertKind.Stale)
                run?.CheckSilence(nowMs, tradedMs, changes);
        }
    }

    private void Begin(AlertRule rule, ICollection<AlertChange> changes)
    {
        var series = SeriesOf(rule.Condition);
        var run = new RuleRun(rule, series.Points, found.Remove(rule.Key, out var opens) ? opens : []);
        rules[rule.Key] = (rule, run);
        series.Runs.Add(run);
        run.Judge(changes);
    }

    private Series SeriesOf(AlertCondition condition) => SeriesOf(condition.Interval, condition.Source, condition.Figi);

    private Series SeriesOf(Interval interval, string source, Figi figi)
    {
        if (!topics.TryGetValue((interval, source), out var series))
            topics.Add((interval, source), series = []);
        if (!series.TryGetValue(figi, out var one))
            series.Add(figi, one = new Series(new PointSeries(AlertLines.Count(source))));
        return one;
    }

    private sealed record Series(PointSeries Points)
    {
        public List<RuleRun> Runs { get; } = [];
    }
}
