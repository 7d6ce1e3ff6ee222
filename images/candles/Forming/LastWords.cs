using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;

namespace StockPipeline.Candles.Forming;

/// <summary>
/// Finds candles of which the topic says last that they form although it had them as closed: history said the closed candle just before the
/// forming one came, and whoever said that had not read it yet. Is told every record in the order of its partition.
/// </summary>
public sealed class LastWords
{
    private readonly Dictionary<Figi, DateTimeOffset> newestFinal = [];
    private readonly HashSet<CandleKey> reopened = [];

    public void Read(Candle candle)
    {
        var isKnown = newestFinal.TryGetValue(candle.Figi, out var newest);
        if (candle.Final)
        {
            reopened.Remove(new CandleKey(candle.Figi, candle.OpenTime));
            if (!isKnown || candle.OpenTime > newest)
                newestFinal[candle.Figi] = candle.OpenTime;
        }
        else if (isKnown && candle.OpenTime <= newest)
        {
            reopened.Add(new CandleKey(candle.Figi, candle.OpenTime));
        }
    }

    /// <summary>Those found since this was last asked that nobody has closed again meanwhile.</summary>
    public IReadOnlyList<CandleKey> TakeReopened()
    {
        if (reopened.Count == 0)
            return [];
        var found = reopened.ToList();
        reopened.Clear();
        return found;
    }
}
