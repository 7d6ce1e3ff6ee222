using System.Collections.Concurrent;
using System.Collections.Immutable;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.Gateway.Feed;

/// <summary>The ledger of gaps by series. Fed by one thread; asked by any.</summary>
internal sealed class GapTable(int partitions) : ITableHandler
{
    private readonly ConcurrentDictionary<SeriesKey, ImmutableSortedDictionary<DateTimeOffset, Gap>> bySeries = new();
    private volatile bool isLive;
    private long version;

    public bool IsLive => isLive;

    /// <summary>Grows with every change.</summary>
    public long Version => Interlocked.Read(ref version);

    /// <summary>Of one series, in order of time.</summary>
    public IEnumerable<Gap> Of(Figi figi, Interval interval) =>
        bySeries.TryGetValue(new SeriesKey(figi, interval), out var gaps) ? gaps.Values : [];

    /// <summary>Of all series, by instrument, interval and time.</summary>
    public IEnumerable<Gap> All => bySeries.OrderBy(series => series.Key.Figi).ThenBy(series => series.Key.Interval)
        .SelectMany(series => series.Value.Values);

    public void Take(int partition, ReadOnlySpan<TableRecord<Gap>> records)
    {
        foreach (ref readonly var record in records)
        {
            if (record.Value is { } gap)
                Set(gap);
            else
                Remove(record.Key);
        }
        Interlocked.Add(ref version, records.Length);
    }

    public void OnAssigned(int partition)
    {
        isLive = false;
        foreach (var series in bySeries.Keys.Where(series => FigiPartition.Of(series.Figi, partitions) == partition))
            bySeries.TryRemove(series, out _);
    }

    public void OnAllCaughtUp() => isLive = true;

    /// <summary>The hole is not proven: nobody knows yet, or nobody will.</summary>
    public static bool IsOpen(Gap gap) => gap.State is GapState.Suspected or GapState.Requested or GapState.Lost;

    private void Set(Gap gap)
    {
        var key = new SeriesKey(gap.Figi, gap.Interval);
        bySeries[key] = bySeries.GetValueOrDefault(key, ImmutableSortedDictionary<DateTimeOffset, Gap>.Empty).SetItem(gap.From, gap);
    }

    private void Remove(string text)
    {
        var parts = text.Split('/');
        if (parts.Length != 3 || !Figi.TryParse(parts[0], out var figi) || !Interval.TryParse(parts[1], out var interval)
            || !InstantText.TryRead(parts[2], out var from))
        {
            return;
        }
        var key = new SeriesKey(figi, interval);
        if (bySeries.TryGetValue(key, out var gaps))
            bySeries[key] = gaps.Remove(from);
    }
}
