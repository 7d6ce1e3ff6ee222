using StockPipeline.Alerts;
using StockPipeline.Contracts.Alerts;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Rates;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.Hosting.Status;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Streaming.Tables;
using StockPipeline.Workers;

namespace StockPipeline.AlertsService;

/// <summary>
/// The partitions this replica owns, a board each. Rules come on another thread than candles do: whoever touches a board holds the gate.
/// </summary>
internal sealed class AlertTables(
    int history, IReadOnlyList<string> indicators, EventOutput output, ConfigTable config, TimeProvider market, TombstoneKeys keys,
    Func<CancellationToken, Task> flush, HealthCheck ready, Health health, ILogger log) : ITableHandler
{
    private static readonly TimeSpan StaleAfter = TimeSpan.FromMinutes(2);

    private readonly Lock gate = new();
    private readonly Dictionary<int, AlertBoard> boards = [];
    private readonly Dictionary<AlertKey, AlertRule> rules = [];
    private readonly List<AlertChange> changes = [];
    private readonly double[] numbers = new double[16];
    private readonly LoopProgress pulse = health.Loop("reading", StaleAfter);

    /// <summary>Reads the rules beside; of them nobody waits.</summary>
    public ITableHandler Rules => new RuleTable(this);

    public void OnAssigned(int partition)
    {
        lock (gate)
        {
            var board = new AlertBoard(history);
            foreach (var rule in rules.Values.Where(rule => PartitionOf(rule) == partition))
                board.Put(rule, changes);
            boards[partition] = board;
        }
        ready.Starting("candles are being read");
    }

    public ValueTask OnCaughtUpAsync(int partition, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            boards[partition].Start(changes);
            Say();
            Log.PartitionFollowed(log, partition, boards[partition].Rules);
        }
        pulse.Beat();
        return ValueTask.CompletedTask;
    }

    public void OnAllCaughtUp() => ready.Ready();

    public async ValueTask OnRevokedAsync(int partition, CancellationToken cancellationToken)
    {
        lock (gate)
            boards.Remove(partition);
        // The next owner reads what was said: all of it must be there by then.
        await flush(cancellationToken);
    }

    public ValueTask OnTickAsync(CancellationToken cancellationToken)
    {
        pulse.Beat();
        var (now, calendar) = (market.GetUtcNow().ToUnixTimeMilliseconds(), config.Current);
        lock (gate)
        {
            foreach (var board in boards.Values)
                board.CheckSilence(now, (condition, from, to) => Traded(calendar, condition, from, to), changes);
            Say();
        }
        return ValueTask.CompletedTask;
    }

    public void TakeRules(int partition, ReadOnlySpan<TableRecord<AlertRule>> records)
    {
        lock (gate)
        {
            foreach (ref readonly var record in records)
                Take(record.Key, record.Value);
            Say();
        }
    }

    public void TakeFound(int partition, ReadOnlySpan<TableRecord<AlertEvent>> records)
    {
        lock (gate)
        {
            foreach (ref readonly var record in records)
            {
                if (AlertEventKey.TryParse(record.Key, out var key))
                    boards[partition].TakeFound(key, record.Value is { IsWithdrawn: false });
            }
        }
    }

    public void TakeCandles(int partition, Interval interval, ReadOnlySpan<TableRecord<Candle>> records)
    {
        lock (gate)
        {
            var board = boards[partition];
            foreach (ref readonly var record in records)
            {
                if (record.Value is not { } candle)
                {
                    Lose(board, interval, AlertCondition.Candles, record.Key, record.Offset);
                    continue;
                }
                numbers[AlertLines.Close] = candle.Close.ToDouble();
                numbers[AlertLines.High] = candle.High.ToDouble();
                numbers[AlertLines.Low] = candle.Low.ToDouble();
                board.Take(interval, AlertCondition.Candles, candle.Figi, candle.OpenTime.ToUnixTimeMilliseconds(), candle.Final,
                    numbers.AsSpan(0, AlertLines.Low + 1), changes);
            }
            Say();
        }
    }

    public void TakeMacd(int partition, Interval interval, ReadOnlySpan<TableRecord<MacdValue>> records)
    {
        const string Source = "macd";
        lock (gate)
        {
            var board = boards[partition];
            foreach (ref readonly var record in records)
            {
                if (record.Value is not { } value)
                {
                    Lose(board, interval, Source, record.Key, record.Offset);
                    continue;
                }
                (numbers[0], numbers[1], numbers[2], numbers[3]) =
                    (value.Close.ToDouble(), value.MainLine, value.SignalLine, value.Histogram);
                board.Take(interval, Source, value.Figi, value.OpenTime.ToUnixTimeMilliseconds(), value.Final, numbers.AsSpan(0, 4), changes);
            }
            Say();
        }
    }

    public void TakeValues(int partition, Interval interval, Indicator indicator, ReadOnlySpan<TableRecord<IndicatorValue>> records)
    {
        lock (gate)
        {
            var board = boards[partition];
            foreach (ref readonly var record in records)
            {
                if (record.Value is not { } value)
                {
                    Lose(board, interval, indicator.Slug, record.Key, record.Offset);
                    continue;
                }
                numbers[AlertLines.Close] = value.Close.ToDouble();
                var lines = indicator.Description.Lines;
                for (var i = 0; i < lines.Count; i++)
                    numbers[i + 1] = Line(value, lines[i].Name);
                board.Take(interval, indicator.Slug, value.Figi, value.OpenTime.ToUnixTimeMilliseconds(), value.Final,
                    numbers.AsSpan(0, lines.Count + 1), changes);
            }
            Say();
        }
    }

    private static double Line(IndicatorValue value, string name)
    {
        foreach (var line in value.Lines)
        {
            if (line.Name == name)
                return line.Value;
        }
        return double.NaN;
    }

    private void Take(string text, AlertRule? rule)
    {
        if (!AlertKey.TryParse(text, out var key))
        {
            Log.RuleRefused(log, text, "its key is not owner/id");
            return;
        }
        if (rule is not null && (rule.Key != key ? "its key is another one" : AlertLimits.Problem(rule, indicators)) is { } problem)
        {
            Log.RuleRefused(log, text, problem);
            rule = null;
        }
        if (rules.Remove(key, out var old) && boards.TryGetValue(PartitionOf(old), out var left)
            && (rule is null || PartitionOf(rule) != PartitionOf(old)))
            left.Remove(key);
        if (rule is null)
            return;
        rules.Add(key, rule);
        if (boards.TryGetValue(PartitionOf(rule), out var board))
            board.Put(rule, changes);
    }

    private void Lose(AlertBoard board, Interval interval, string source, string text, long offset)
    {
        if (keys.Read(text, offset) is { } key)
            board.Lose(interval, source, key.Figi, key.OpenTime.ToUnixTimeMilliseconds(), changes);
    }

    private void Say()
    {
        pulse.Beat();
        output.Write(changes);
        changes.Clear();
    }

    /// <summary>Currencies are traded always; shares when their exchange is open, and where that is not known nobody can call it silence.</summary>
    private static long Traded(ConfigSnapshot config, AlertCondition condition, long from, long to)
    {
        if (RateFigi.IsOfRate(condition.Figi))
            return to - from;
        if (!config.Instruments.TryGetValue(condition.Figi, out var instrument))
            return 0;
        var (start, end) = (DateTimeOffset.FromUnixTimeMilliseconds(from), DateTimeOffset.FromUnixTimeMilliseconds(to));
        return config.Calendar.Of(instrument).Slots(Interval.OneMinute, start, end).Count * Interval.OneMinute.LengthMs;
    }

    private static int PartitionOf(AlertRule rule) => FigiPartition.Of(rule.Condition.Figi, PipelineTopics.SeriesPartitions);

    private sealed class RuleTable(AlertTables tables) : ITableHandler
    {
        public void OnAssigned(int partition)
        {
            // Read anew from its beginning: what is not there any more was taken back.
            lock (tables.gate)
            {
                foreach (var rule in tables.rules.Values)
                {
                    if (tables.boards.TryGetValue(PartitionOf(rule), out var board))
                        board.Remove(rule.Key);
                }
                tables.rules.Clear();
            }
        }
    }
}
