using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Workers.Ledger;

namespace StockPipeline.Candles.Rollup;

/// <summary>
/// Candles of a longer interval from one instrument's minutes: the candle the exchange would give, for it is made of the same trades. Keeps
/// the minutes of the newest few candles, so that a late or corrected minute corrects its candle. Pure.
/// </summary>
public sealed class RollUp(Interval interval)
{
    /// <summary>Candles whose minutes are kept.</summary>
    public const int Kept = 3;

    /// <summary>
    /// How long a stream that said a minute before and one after is believed that there was none in between. What is longer has to be proven by
    /// history: whoever reads the stream may have been away.
    /// </summary>
    public static readonly TimeSpan BelievedSilence = TimeSpan.FromMinutes(5);

    private readonly SortedList<DateTimeOffset, RollUpBucket> buckets = [];
    private readonly MinuteRanges quiet = new();
    private DateTimeOffset oldest = DateTimeOffset.MaxValue;
    private (DateTimeOffset Open, CandleSource Source)? newest;

    /// <summary>The candles whose minutes are kept, oldest first.</summary>
    public IEnumerable<Candle> Candles => buckets.Values.Select(bucket => bucket.Candle);

    /// <summary>The same with what is known of their minutes.</summary>
    public IReadOnlyList<RollUpBucket> Buckets => buckets.Values.AsReadOnly();

    /// <summary>Takes a minute as it is now.</summary>
    /// <returns>The longer candle as it is now; null when its minutes are no longer kept, or nothing has changed.</returns>
    public RollUpBucket? Take(Candle minute)
    {
        oldest = minute.OpenTime < oldest ? minute.OpenTime : oldest;
        NoteSilence(minute);
        var open = interval.Align(minute.OpenTime);
        if (!buckets.TryGetValue(open, out var bucket))
        {
            if (!Keeps(minute.OpenTime))
                return null;
            if (buckets.Count >= Kept)
                buckets.RemoveAt(0);
            buckets.Add(open, bucket = new RollUpBucket(interval, open));
            quiet.RemoveBefore(Minutes.Of(buckets.Keys[0]));
        }
        return bucket.Take(minute) ? bucket : null;
    }

    /// <summary>A minute turned out not to have been.</summary>
    /// <returns>The longer candle it was in; null when nothing has changed.</returns>
    public RollUpBucket? Remove(DateTimeOffset minute) =>
        buckets.GetValueOrDefault(interval.Align(minute)) is { } bucket && bucket.Remove(minute) ? bucket : null;

    /// <summary>Forgets a candle of which no minute is left.</summary>
    public void Forget(RollUpBucket empty) => buckets.Remove(empty.Open);

    /// <summary>Whether a minute of that open time would find the other minutes of its candle.</summary>
    public bool Keeps(DateTimeOffset openTime) => buckets.Count < Kept || interval.Align(openTime) >= buckets.Keys[0];

    /// <summary>Whether every minute of the candle that opens before the instant is there, or was without trade.</summary>
    public bool IsProvenTo(RollUpBucket bucket, DateTimeOffset instant, MinuteProof proof) => bucket.IsProvenTo(instant, proof, quiet, oldest);

    /// <summary>Between two minutes that follow each other on the stream there was none, unless it was silent for long.</summary>
    private void NoteSilence(Candle minute)
    {
        if (newest is { } last && minute.OpenTime < last.Open)
            return;
        if (newest is { Source: CandleSource.Stream } said && minute.Source == CandleSource.Stream
            && minute.OpenTime - said.Open <= BelievedSilence)
            quiet.Add(Minutes.Of(said.Open) + 1, Minutes.Of(minute.OpenTime));
        newest = (minute.OpenTime, minute.Source);
    }
}
