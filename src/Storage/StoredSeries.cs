using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Storage;

/// <summary>
/// What the memory cache knows of one series. Its candles lie in order in one array without spare room: there are thousands of series, and they
/// seldom change. Not safe for many threads.
/// </summary>
internal sealed class StoredSeries
{
    private StoredCandle[] candles = [];

    public RangeSet Fetched { get; private set; } = new();

    /// <summary>Takes the candles of a stretch, which replace all that were known of it.</summary>
    /// <returns>How many more there are now.</returns>
    public int Replace(TimeRange stretch, IReadOnlyCollection<Candle> added)
    {
        var (first, end) = (FirstAt(stretch.From), FirstAt(stretch.To));
        if (added.Count == 0 && first == end)
            return 0;
        // Of equal ones the later comes first, and the first is kept.
        StoredCandle[] merged =
        [
            .. added.Select(StoredCandle.Of).Reverse().Concat(candles[..first]).Concat(candles[end..]).DistinctBy(candle => candle.OpenTime),
        ];
        Array.Sort(merged, static (one, other) => one.OpenTime.CompareTo(other.OpenTime));
        var more = merged.Length - candles.Length;
        candles = merged;
        return more;
    }

    public IReadOnlyList<Candle> Read(Figi figi, TimeRange range) => [.. candles[FirstAt(range.From)..FirstAt(range.To)].Select(one => one.In(figi))];

    /// <returns>How many candles there were.</returns>
    public int Clear()
    {
        var had = candles.Length;
        (candles, Fetched) = ([], new RangeSet());
        return had;
    }

    /// <summary>The place of the first candle that does not open before the time.</summary>
    private int FirstAt(DateTimeOffset time)
    {
        var (from, to) = (0, candles.Length);
        while (from < to)
        {
            var middle = (from + to) / 2;
            (from, to) = candles[middle].OpenTime < time ? (middle + 1, to) : (from, middle);
        }
        return from;
    }
}
