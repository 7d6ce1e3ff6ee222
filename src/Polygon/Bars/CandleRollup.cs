using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Polygon.Calendar;
using StockPipeline.Polygon.Rest;

namespace StockPipeline.Polygon.Bars;

/// <summary>
/// Candles of every interval from the minutes of the regular session: one way for what comes live and for history, so that both give the same
/// candle. Days are the exception: history has them from polygon.io's own day bars. Pure.
/// </summary>
public static class CandleRollup
{
    /// <summary>The candle of one minute, or null outside of the regular session.</summary>
    public static Candle? Minute(Figi figi, AggregateBar bar, TradingDay day, CandleSource source)
    {
        var open = DateTimeOffset.FromUnixTimeMilliseconds(bar.TimeMs);
        return day.Sessions.Any(session => session.Range.Contains(open)) ? Candle(figi, bar, open, source) : null;
    }

    /// <summary>
    /// The candle of a day. It is known by its date in New York, which a range gives as its midnight there and a grouped answer as its end.
    /// </summary>
    public static Candle Day(Figi figi, AggregateBar bar) =>
        Candle(figi, bar, Start(NewYork.DateOf(DateTimeOffset.FromUnixTimeMilliseconds(bar.TimeMs))), CandleSource.History);

    /// <summary>Midnight in UTC of a date: where our day begins.</summary>
    public static DateTimeOffset Start(DateOnly date) => new(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    /// <summary>The longer candles of minutes in order of time.</summary>
    public static IEnumerable<Candle> Longer(Interval interval, IEnumerable<Candle> minutes)
    {
        Candle? sum = null;
        foreach (var minute in minutes)
        {
            var open = interval.Align(minute.OpenTime);
            if (sum is not null && sum.OpenTime == open)
            {
                sum = Join(sum, minute);
                continue;
            }
            if (sum is not null)
                yield return sum;
            sum = minute with { OpenTime = open };
        }
        if (sum is not null)
            yield return sum;
    }

    private static Candle Join(Candle earlier, Candle later) => earlier with
    {
        High = earlier.High > later.High ? earlier.High : later.High,
        Low = earlier.Low < later.Low ? earlier.Low : later.Low,
        Close = later.Close,
        Volume = earlier.Volume + later.Volume,
        Final = earlier.Final && later.Final,
    };

    private static Candle Candle(Figi figi, AggregateBar bar, DateTimeOffset open, CandleSource source) => new()
    {
        Figi = figi, OpenTime = open, Open = Exact(bar.Open), High = Exact(bar.High), Low = Exact(bar.Low), Close = Exact(bar.Close),
        // Shares are traded in fractions too; ours are whole.
        Volume = (long)Math.Round(bar.Volume, MidpointRounding.AwayFromZero), Final = true, Source = source,
    };

    /// <summary>Adjusted prices have more decimals than any tick: nine are kept.</summary>
    private static Price Exact(decimal price) => Price.FromDecimal(Math.Round(price, Price.Scale));
}
