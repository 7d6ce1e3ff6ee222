using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.CalendarTests;

/// <summary>Days as the Moscow Exchange has them, and days made up at random.</summary>
internal static class Samples
{
    public const string Exchange = "moex_mrng_evng_e_wknd_dlr";

    public static DateTimeOffset Utc(int year, int month, int day, int hour = 0, int minute = 0) =>
        new(year, month, day, hour, minute, 0, TimeSpan.Zero);

    /// <summary>A weekday of 2025: morning, opening auction, main, closing auction, evening, in UTC.</summary>
    public static TradingDay Weekday(DateOnly date) => Day(
        date,
        (SessionKind.Premarket, "03:50", "06:50"), (SessionKind.OpeningAuction, "06:50", "07:00"), (SessionKind.Main, "07:00", "15:40"),
        (SessionKind.ClosingAuction, "15:40", "15:50"), (SessionKind.Evening, "16:05", "20:50"));

    public static TradingDay WeekendDay(DateOnly date) => Day(
        date, (SessionKind.OpeningAuction, "06:50", "07:00"), (SessionKind.Weekend, "07:00", "16:00"));

    public static TradingDay Holiday(DateOnly date) => Day(date);

    public static TradingDay Ordinary(DateOnly date) => date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? WeekendDay(date) : Weekday(date);

    public static IEnumerable<DateOnly> Dates(DateOnly first, int count) => Enumerable.Range(0, count).Select(first.AddDays);

    public static TradingDay Day(DateOnly date, params (SessionKind Kind, string Start, string End)[] sessions)
    {
        return new TradingDay
        {
            Date = date,
            Exchange = Exchange,
            Sessions = [.. sessions.Select(session => new TradingSession(session.Kind, At(session.Start), At(session.End)))],
        };

        DateTimeOffset At(string time) =>
            new(date.ToDateTime(TimeOnly.Parse(time, System.Globalization.CultureInfo.InvariantCulture)), TimeSpan.Zero);
    }

    public static TradingDay RandomDay(Random random, DateOnly date)
    {
        var start = new DateTimeOffset(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        var sessions = new List<TradingSession>();
        var second = 0;
        while (random.Next(5) > 0)
        {
            var from = second + (random.Next(3) == 0 ? 0 : random.Next(1, 20_000));
            var to = from + random.Next(1, 30_000);
            if (random.Next(3) > 0)
                (from, to) = (from / 300 * 300, (to / 300 * 300) + 300);
            from = Math.Max(from, second);
            to = random.Next(8) == 0 ? 86_400 : to;
            if (to > 86_400 || from >= to)
                break;
            sessions.Add(new TradingSession((SessionKind)random.Next(7), start.AddSeconds(from), start.AddSeconds(to)));
            second = to;
        }
        return new TradingDay { Date = date, Exchange = Exchange, Sessions = sessions };
    }

    /// <summary>The definition of a slot, written down as plainly as can be.</summary>
    public static List<DateTimeOffset> SlotsByDefinition(IReadOnlyList<TradingDay> days, Interval interval, TimeRange range)
    {
        var slots = new List<DateTimeOffset>();
        for (var open = interval.Align(range.From); open < range.To; open += interval.Length)
        {
            var slot = new TimeRange(open, open + interval.Length);
            if (open >= range.From && days.Any(day => day.Sessions.Any(session => session.Range.Overlaps(slot))))
                slots.Add(open);
        }
        return slots;
    }

    public static Instrument Share(bool weekend) => new()
    {
        Figi = new Figi("BBG004730N88"),
        Ticker = "SBER",
        ClassCode = "TQBR",
        Uid = "e6123145-9665-43e0-8413-cd61b8aa9b13",
        Name = "Sberbank",
        Currency = "rub",
        Lot = 1,
        MinPriceIncrement = Price.Parse("0.01"),
        Exchange = Exchange,
        Weekend = weekend,
    };
}
