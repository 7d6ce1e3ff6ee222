using System.Collections.Frozen;
using StockPipeline.Contracts.Alerts;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Rates;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.RatesService.Candles;

/// <summary>The cross rates that rules ask for. Fed by the reader of the rules; asked by any thread.</summary>
internal sealed class CrossWishes(ILogger<CrossWishes> log) : ITableHandler
{
    /// <summary>Cross rates that are followed at once; those asked for beyond are left out, and that is said.</summary>
    public const int Most = 1_000;

    private readonly Dictionary<string, (Figi Figi, RatePair Pair)> rules = [];
    private volatile FrozenDictionary<Figi, RatePair> wanted = FrozenDictionary<Figi, RatePair>.Empty;

    public IReadOnlyDictionary<Figi, RatePair> Wanted => wanted;

    /// <summary>What is not there any more when the rules are read anew was taken back.</summary>
    public void OnAssigned(int partition) => rules.Clear();

    public void OnAllCaughtUp() => Tell();

    public ValueTask OnDeliveredAsync(int partition, CancellationToken cancellationToken)
    {
        Tell();
        return ValueTask.CompletedTask;
    }

    public void Take(int partition, ReadOnlySpan<TableRecord<AlertRule>> records)
    {
        foreach (ref readonly var record in records)
        {
            if (record.Value is { Condition: var condition } && CrossRate.TryRead(condition.Figi, condition.Name, out var pair))
                rules[record.Key] = (condition.Figi, pair);
            else
                rules.Remove(record.Key);
        }
    }

    private void Tell()
    {
        var all = rules.Values.Distinct().OrderBy(one => one.Pair).ToList();
        if (all.Count > Most)
            Log.CrossesLeftOut(log, all.Count, Most);
        wanted = all.Take(Most).DistinctBy(one => one.Figi).ToFrozenDictionary(one => one.Figi, one => one.Pair);
    }
}
