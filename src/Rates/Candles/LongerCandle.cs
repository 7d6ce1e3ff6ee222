using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Rates.Candles;

/// <summary>The newest candles of one longer interval of one rate.</summary>
internal sealed class LongerCandle(Interval interval)
{
    /// <summary>A forming candle is said at most so many times, as far as these pauses allow.</summary>
    private const int MostForming = 300;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly SortedList<DateTimeOffset, Candle> finals = [];
    private readonly TimeSpan pause = TimeSpan.FromTicks(
        Math.Clamp(interval.Length.Ticks / MostForming, ShortestPause.Ticks, LongestPause.Ticks));

    private Candle? sum;
    private Candle? forming;
    private bool isUnsaid;
    private DateTimeOffset saidAt;

    public Interval Interval => interval;

    public void Known(Candle final)
    {
        finals[final.OpenTime] = final;
        if (finals.Count > LongerCandles.Changeable)
            finals.RemoveAt(0);
        if (forming?.OpenTime <= final.OpenTime)
            forming = null;
    }

    /// <summary>Adds a minute that will not change any more.</summary>
    public void Fold(Candle minute) => sum = Join(interval.Align(minute.OpenTime), sum, minute);

    /// <summary>Looks at the candles that minutes are in which may have changed.</summary>
    /// <param name="minutes">The newest, in their order; at least one.</param>
    /// <param name="oldest">Open of the first minute there ever was.</param>
    /// <param name="say">Takes what is to be said.</param>
    public void Judge(IList<Candle> minutes, DateTimeOffset oldest, ICollection<RolledCandle> say)
    {
        for (var i = 0; i < minutes.Count;)
        {
            var open = interval.Align(minutes[i].OpenTime);
            var candle = sum;
            for (; i < minutes.Count && interval.Align(minutes[i].OpenTime) == open; i++)
                candle = Join(open, candle, minutes[i]);
            var last = minutes[i - 1];
            if (oldest <= open)
                Take(candle!, i < minutes.Count || (last.Final && last.OpenTime + Interval.OneMinute.Length == open + interval.Length), say);
        }
    }

    public void SayForming(DateTimeOffset now, ICollection<RolledCandle> say)
    {
        if (forming is not { } candle || !isUnsaid || now - saidAt < pause)
            return;
        (isUnsaid, saidAt) = (false, now);
        say.Add(new RolledCandle(interval, candle));
    }

    private void Take(Candle candle, bool isFinal, ICollection<RolledCandle> say)
    {
        if (finals.TryGetValue(candle.OpenTime, out var known))
        {
            // Said as over, it stays so; while its minutes are read anew it is not whole yet and says nothing.
            if (!isFinal || known.SameMarketData(candle))
                return;
            candle = candle with { Final = true, Revision = known.Revision + 1 };
        }
        else if (finals.Count > 0 && candle.OpenTime < finals.Keys[^1])
        {
            // Its topic was beyond it already.
            return;
        }
        else if (!isFinal)
        {
            if (forming?.SameMarketData(candle) == true)
                return;
            if (forming?.OpenTime != candle.OpenTime)
                saidAt = DateTimeOffset.MinValue;
            (forming, isUnsaid) = (candle, true);
            return;
        }
        else
        {
            candle = candle with { Final = true };
        }
        Known(candle);
        say.Add(new RolledCandle(interval, candle));
    }

    private static Candle Join(DateTimeOffset open, Candle? earlier, Candle minute) => earlier is null || earlier.OpenTime != open
        ? minute with { OpenTime = open, Final = false, Source = CandleSource.Rollup, Revision = 0 }
        : earlier with
        {
            High = earlier.High > minute.High ? earlier.High : minute.High,
            Low = earlier.Low < minute.Low ? earlier.Low : minute.Low,
            Close = minute.Close,
            Volume = earlier.Volume + minute.Volume,
            LastTradeTime = minute.LastTradeTime ?? earlier.LastTradeTime,
        };
}
