using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Hosting.Telemetry;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.Workers.Ledger;

/// <summary>
/// The gap ledger as those who ask see it: read whole and followed, of some intervals only. Beside it, where that is wanted, what waits for
/// history: the tasks that its group has not committed.
/// </summary>
public sealed class LedgerTable(PipelineClient client, IReadOnlyCollection<Interval> intervals, bool followsQueue = false) : ITableHandler
{
    /// <summary>The group in which the replicas of history share the tasks.</summary>
    public const string HistoryGroup = "history";

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly ILogger log = client.Logger<LedgerTable>();
    private readonly TimeProvider clock = client.Clock;
    private readonly Dictionary<SeriesKey, SeriesLedger> series = [];
    private readonly (GapState State, Gauge Entries)[] counts = [.. Enum.GetValues<GapState>().Select(state => (state, client.Metrics.Gauges(
        "stockpipeline_gaps", "Entries of the gap ledger, by what is known of their range.", "state").With(state.ToString().ToLowerInvariant())))];
    private long countedVersions = -1;

    /// <summary>Guards everything in here; who uses it holds it.</summary>
    public Lock Gate { get; } = new();

    /// <summary>What waits for history. Under the gate.</summary>
    public HistoryQueue Queue { get; } = new();

    /// <summary>Everything has been read once. Under the gate.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>All series that have entries, or had. Under the gate.</summary>
    public IReadOnlyDictionary<SeriesKey, SeriesLedger> Series => series;

    /// <summary>Reads until stop is asked for.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var entries = Table.Of<Gap>(client.Topics.Gaps, await client.Codecs.GapsAsync(stop), Take);
        if (!followsQueue)
        {
            await client.Kafka.ReadTables(TableAssignment.All, this, entries).RunAsync(stop);
            return;
        }
        var tasks = Table.Of<HistoryTask>(client.Topics.HistoryAction, await client.Codecs.HistoryTasksAsync(stop), TakeTasks);
        var progress = client.Kafka.ProgressOf(HistoryGroup, client.Topics.HistoryAction);
        await Together.RunAsync(
            stop, client.Kafka.ReadTables(TableAssignment.All, this, entries, tasks).RunAsync,
            ending => progress.FollowAsync(LookEvery, Committed, ending));
    }

    /// <summary>The entries of one series. Under the gate.</summary>
    public SeriesLedger Of(Figi figi, Interval interval)
    {
        var key = new SeriesKey(figi, interval);
        if (!series.TryGetValue(key, out var ledger))
            series.Add(key, ledger = new SeriesLedger());
        return ledger;
    }

    /// <summary>Notes what is about to be written. Under the gate.</summary>
    public void Write(LedgerStep step)
    {
        var ledger = Of(step.Key.Figi, step.Key.Interval);
        if (step.Entry is { } entry)
            ledger.Write(entry, clock.GetUtcNow());
        else if (step.Task is null)
            ledger.Remove(Minutes.Of(step.Key.From));
    }

    void ITableHandler.OnAssigned(int partition)
    {
        lock (Gate)
        {
            IsComplete = false;
            Queue.Clear(partition);
            foreach (var (key, ledger) in series)
            {
                if (FigiPartition.Of(key.Figi, client.Topics.Gaps.Partitions) == partition)
                    ledger.Clear();
                if (FigiPartition.Of(key.Figi, client.Topics.HistoryAction.Partitions) == partition)
                    ledger.ClearWaiting();
            }
        }
    }

    void ITableHandler.OnAllCaughtUp()
    {
        lock (Gate)
            IsComplete = true;
    }

    ValueTask ITableHandler.OnTickAsync(CancellationToken cancellationToken)
    {
        lock (Gate)
            Count();
        return ValueTask.CompletedTask;
    }

    private void Count()
    {
        var versions = series.Values.Sum(ledger => (long)ledger.Version);
        if (versions == countedVersions)
            return;
        countedVersions = versions;
        var entries = series.Values.SelectMany(ledger => ledger.States).CountBy(state => state).ToDictionary();
        foreach (var (state, gauge) in counts)
            gauge.Set(entries.GetValueOrDefault(state));
    }

    private void Take(int partition, ReadOnlySpan<TableRecord<Gap>> records)
    {
        lock (Gate)
        {
            foreach (ref readonly var record in records)
            {
                if (record.Value is { } gap)
                    Take(gap);
                else
                    Forget(record.Key, record.Offset);
            }
        }
    }

    private void TakeTasks(int partition, ReadOnlySpan<TableRecord<HistoryTask>> records)
    {
        lock (Gate)
        {
            foreach (ref readonly var record in records)
            {
                if (record.Value is not { } task || !intervals.Contains(task.Interval))
                    continue;
                var waiting = HistoryQueue.Of(task, record.Offset);
                Of(task.Figi, task.Interval).Enqueue(waiting);
                Queue.Add(partition, new SeriesKey(task.Figi, task.Interval), waiting, Dequeue);
            }
        }
    }

    private void Committed(int partition, long offset)
    {
        lock (Gate)
            Queue.Committed(partition, offset, clock.GetUtcNow(), Dequeue);
    }

    private void Dequeue(SeriesKey key, long offset) => Of(key.Figi, key.Interval).Dequeue(offset);

    private void Take(Gap gap)
    {
        if (intervals.Contains(gap.Interval))
            Of(gap.Figi, gap.Interval).Read(gap, clock.GetUtcNow());
    }

    private void Forget(string text, long offset)
    {
        try
        {
            var key = GapKey.Parse(text);
            if (series.TryGetValue(new SeriesKey(key.Figi, key.Interval), out var ledger))
                ledger.Remove(Minutes.Of(key.From));
        }
        catch (FormatException unreadable)
        {
            // Somebody else's: a tombstone under no key of ours ends nothing of ours.
            Log.LedgerRefused(log, offset, unreadable.Message);
        }
    }
}
