using System.Collections.Concurrent;
using System.Collections.Immutable;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.Gateway.Feed;

/// <summary>
/// Closed candles as they stood before they were corrected, by series, oldest correction first. Fed by one thread; asked by any. Bounded: of more
/// corrections the oldest are forgotten, and it is known up to when.
/// </summary>
internal sealed class RevisionTable(int partitions, int maxRevisions = RevisionTable.MaxRevisions) : ITableHandler
{
    public const int MaxRevisions = 200_000;

    private readonly ConcurrentDictionary<SeriesKey, ImmutableSortedSet<CandleRevision>> bySeries = new();
    private readonly SortedSet<CandleRevision> byAge = new(InOrder.Instance);
    private volatile bool isLive;
    private long forgotten;

    public bool IsLive => isLive;

    /// <summary>What was known before this instant can no longer be said.</summary>
    public DateTimeOffset Forgotten => DateTimeOffset.FromUnixTimeMilliseconds(Interlocked.Read(ref forgotten));

    public int Count { get; private set; }

    public IReadOnlyCollection<CandleRevision> Of(Figi figi, Interval interval) =>
        bySeries.TryGetValue(new SeriesKey(figi, interval), out var revisions) ? revisions : [];

    public bool Has(CandleRevision revision) =>
        bySeries.TryGetValue(new SeriesKey(revision.Figi, revision.Interval), out var revisions) && revisions.Contains(revision);

    public void Take(int partition, ReadOnlySpan<TableRecord<CandleRevision>> records)
    {
        foreach (ref readonly var record in records)
        {
            if (record.Value is not { } revision || !byAge.Add(revision))
                continue;
            var key = new SeriesKey(revision.Figi, revision.Interval);
            bySeries[key] = bySeries.GetValueOrDefault(key, ImmutableSortedSet.Create<CandleRevision>(InOrder.Instance)).Add(revision);
            if (byAge.Count > maxRevisions)
                Forget(byAge.Min!);
        }
        Count = byAge.Count;
    }

    public void OnAssigned(int partition)
    {
        isLive = false;
        foreach (var revision in byAge.Where(one => FigiPartition.Of(one.Figi, partitions) == partition).ToList())
            Remove(revision);
        Count = byAge.Count;
    }

    public void OnAllCaughtUp() => isLive = true;

    private void Forget(CandleRevision oldest)
    {
        Remove(oldest);
        Interlocked.Exchange(ref forgotten, oldest.KnownUntil.ToUnixTimeMilliseconds());
    }

    private void Remove(CandleRevision revision)
    {
        byAge.Remove(revision);
        var key = new SeriesKey(revision.Figi, revision.Interval);
        bySeries[key] = bySeries[key].Remove(revision);
    }

    /// <summary>By the time of the correction; two that say the same of the same are one.</summary>
    private sealed class InOrder : IComparer<CandleRevision>
    {
        public static readonly InOrder Instance = new();

        public int Compare(CandleRevision? x, CandleRevision? y) =>
            (x!.KnownUntil, x.Figi, x.Interval.Number, x.OpenTime).CompareTo((y!.KnownUntil, y.Figi, y.Interval.Number, y.OpenTime));
    }
}
