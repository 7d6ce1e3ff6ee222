using StockPipeline.Calendar;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Lack.Counting;

/// <summary>Counts back in trading time: by the calendar as far as it is known, beyond that by plain days, with room for pauses.</summary>
internal static class TradingTime
{
    /// <summary>Hours of the clock for one hour of trading: at least ten hours a day on five days of the week.</summary>
    private const double ClockPerTrading = 24d / 10 * 7 / 5;

    /// <summary>Days of the calendar for one day of trading.</summary>
    private const double DaysPerTradingDay = 7d / 5;

    /// <summary>Where the slot opens that is this many before the instant. Aligned; earlier rather than later where it is an estimate.</summary>
    public static DateTimeOffset Back(ExchangeSchedule schedule, Interval interval, int slots, DateTimeOffset before)
    {
        if (slots <= 0)
            return interval.Align(before);
        var answer = schedule.Back(interval, slots, before);
        if (answer.Slot is { } open)
            return open;
        var knownFrom = new DateTimeOffset(answer.UnknownDay!.Value.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        var known = knownFrom < before ? (int)schedule.Slots(interval, knownFrom, before).Count : 0;
        var rest = interval.Length * ((slots - known) * (interval == Interval.OneDay ? DaysPerTradingDay : ClockPerTrading));
        return interval.Align((knownFrom < before ? knownFrom : before) - rest);
    }
}
