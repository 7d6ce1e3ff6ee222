using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Candles.Rollup;

/// <summary>
/// Candles of a longer interval from one instrument's minutes: the candle the exchange would give, for it is made of the same trades. Keeps
/// the minutes of the newest few candles, so that a late or corrected minute corrects its candle. Pure.
/// </summary>
public sealed class RollUp(Interval interval)
{
    /// <summary>Candles whose minutes are kept.</summary>
    public const int Kept = 3;

    private readonly SortedList<DateTimeOffset, RollUpBucket> buckets = [];

    /// <summary>The candles whose minutes are kept, oldest first.</summary>
    public IEnumerable<Candle> Candles => buckets.Values.Select(bucket => bucket.Candle);

    /// <summary>Takes a minute as it is now.</summary>
    /// <returns>The longer candle as it is now; null when its minutes are no longer kept, or nothing has changed.</returns>
    public Candle? Take(Candle minute)
    {
        var open = interval.Align(minute.OpenTime);
        if (!buckets.TryGetValue(open, out var bucket))
        {
            if (!Keeps(minute.OpenTime))
                return null;
            if (buckets.Count >= Kept)
                buckets.RemoveAt(0);
            buckets.Add(open, bucket = new RollUpBucket(open));
        }
        return bucket.Take(minute) ? bucket.Candle : null;
    }

    /// <summary>Whether a minute of that open time would find the other minutes of its candle.</summary>
    public bool Keeps(DateTimeOffset openTime) => buckets.Count < Kept || interval.Align(openTime) >= buckets.Keys[0];
}
