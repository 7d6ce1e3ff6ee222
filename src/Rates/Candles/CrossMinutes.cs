using StockPipeline.Contracts.Rates;
using StockPipeline.Contracts.Records;
using StockPipeline.Rates.Board;
using StockPipeline.Rates.Intake;

namespace StockPipeline.Rates.Candles;

/// <summary>
/// The minutes of one cross rate, by the prices that the API would answer with at that moment. While those are stale nothing is said, and no
/// minute ends for being over: whoever waits for a candle waits, as with a source that is silent. Pure; one thread at a time.
/// </summary>
public sealed class CrossMinutes(RatePair pair)
{
    private readonly MinuteCandles minutes = new();
    private (decimal Value, DateTimeOffset EventTime) last;

    public RatePair Pair => pair;

    /// <summary>Goes on with a minute that an earlier owner has begun.</summary>
    public void Resume(Candle minute)
    {
        minutes.Resume(new MinuteCandle(
            minute.OpenTime, minute.Open.ToDecimal(), minute.High.ToDecimal(), minute.Low.ToDecimal(), minute.Close.ToDecimal(),
            minute.LastTradeTime ?? minute.OpenTime, (int)Math.Min(minute.Volume, int.MaxValue), minute.Final, minute.Revision));
        // What is in its topic need not be said.
        minutes.Drain([]);
    }

    /// <summary>Looks at the price as it is now.</summary>
    public void Look(Course? course, DateTimeOffset now)
    {
        if (course is null || !course.IsFresh(now))
            return;
        var value = course.Rank is 1 or 2 ? RateText.Significant(course.Value) : course.Value;
        if ((value, course.EventTime) != last)
        {
            last = (value, course.EventTime);
            minutes.Take(value, now);
        }
        minutes.Close(now);
    }

    /// <summary>Hands over what has changed: what is over at once, what forms where that is asked for.</summary>
    public void Drain(bool isTime, ICollection<MinuteCandle> changed)
    {
        if (isTime || minutes.HasFinal)
            minutes.Drain(changed);
    }
}
