using StockPipeline.Candles.Forming;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Candles.Rollup;

/// <summary>
/// One partition of the minutes and the candles made of them. It has an exchange time of its own: what other partitions show says nothing of the
/// minutes that are still to be read in this one.
/// </summary>
internal sealed class RollupPartition(Interval interval)
{
    private readonly Dictionary<Figi, RolledSeries> series = [];

    public IReadOnlyDictionary<Figi, RolledSeries> Series => series;

    public LastWords Words { get; } = new();

    /// <summary>All there was at the beginning has been read.</summary>
    public bool IsLoaded { get; set; }

    /// <summary>The time the exchange has passed at least, by the minutes of this partition.</summary>
    public DateTimeOffset? ExchangeNow { get; private set; }

    public RolledSeries Of(Figi figi)
    {
        if (!series.TryGetValue(figi, out var one))
            series.Add(figi, one = new RolledSeries(interval));
        return one;
    }

    /// <summary>A final minute proves that its end has passed, a trade proves its own time.</summary>
    public void Heard(Candle minute)
    {
        var proven = minute.Final ? minute.OpenTime + Interval.OneMinute.Length + CandleBook.Grace : minute.LastTradeTime ?? minute.OpenTime;
        if (ExchangeNow is { } now && proven <= now)
            return;
        // After a pause nobody knows whether the stream had nothing to say or nobody listened.
        if (proven - ExchangeNow > RollUp.BelievedSilence)
        {
            foreach (var one in series.Values)
                one.Doubt();
        }
        ExchangeNow = proven;
    }
}
