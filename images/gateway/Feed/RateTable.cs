using System.Collections.Concurrent;
using StockPipeline.Contracts.Rates;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.Gateway.Feed;

/// <summary>The newest price of every pair at every source. Fed by one thread; asked by any.</summary>
internal sealed class RateTable : ITableHandler
{
    private readonly ConcurrentDictionary<string, Rate> rates = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, ConcurrentDictionary<string, bool>> byPartition = new();
    private volatile bool isLive;

    public bool IsLive => isLive;

    /// <summary>By pair, and the source that is asked first first.</summary>
    public IEnumerable<Rate> All => rates.Values.OrderBy(rate => rate.Pair.ToString(), StringComparer.Ordinal).ThenBy(rate => rate.Priority)
        .ThenBy(rate => rate.Source, StringComparer.Ordinal);

    public void Take(int partition, ReadOnlySpan<TableRecord<Rate>> records)
    {
        var keys = byPartition.GetOrAdd(partition, _ => new ConcurrentDictionary<string, bool>(StringComparer.Ordinal));
        foreach (ref readonly var record in records)
        {
            if (record.Value is { } rate)
                (rates[record.Key], keys[record.Key]) = (rate, true);
            else if (keys.TryRemove(record.Key, out _))
                rates.TryRemove(record.Key, out _);
        }
    }

    public void OnAssigned(int partition)
    {
        isLive = false;
        if (!byPartition.TryRemove(partition, out var keys))
            return;
        foreach (var key in keys.Keys)
            rates.TryRemove(key, out _);
    }

    public void OnAllCaughtUp() => isLive = true;
}
