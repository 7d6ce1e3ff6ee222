using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;

namespace StockPipeline.Polygon.Calendar;

/// <summary>
/// When New York's exchanges trade: the regular session alone, 09:30 to 16:00, or to 13:00 on early closes; what is traded before and after it is
/// left out, because it is thin and comes from other rules. Holidays follow from the rules of the exchange; closures outside of them are listed.
/// Pure.
/// </summary>
public static class NewYork
{
    public static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    private static readonly TimeOnly Opens = new(9, 30);
    private static readonly TimeOnly Closes = new(16, 0);
    private static readonly TimeOnly ClosesEarly = new(13, 0);

    /// <summary>Days of mourning and storms since the millennium's second decade.</summary>
    private static readonly HashSet<DateOnly> Closures =
        [new(2012, 10, 29), new(2012, 10, 30), new(2018, 12, 5), new(2025, 1, 9)];

    /// <summary>The date in New York.</summary>
    public static DateOnly DateOf(DateTimeOffset instant) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, Zone).DateTime);

    /// <summary>A time of a day there, in UTC.</summary>
    public static DateTimeOffset At(DateOnly date, TimeOnly time)
    {
        var local = date.ToDateTime(time);
        return new DateTimeOffset(local, Zone.GetUtcOffset(local)).ToUniversalTime();
    }

    /// <summary>The day as the pipeline knows trading days; without a session where nobody trades.</summary>
    public static TradingDay Day(DateOnly date) => Day(date, IsClosed(date) ? null : IsEarly(date) ? ClosesEarly : Closes);

    /// <summary>The day with a close that somebody has told; null for a day that is closed.</summary>
    public static TradingDay Day(DateOnly date, TimeOnly? close) => new()
    {
        Date = date,
        Exchange = InstrumentSource.NewYork,
        Sessions = close is { } end ? [new TradingSession(SessionKind.Main, At(date, Opens), At(date, end))] : [],
    };

    public static bool IsClosed(DateOnly date) =>
        date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday || Closures.Contains(date) || IsHoliday(date);

    /// <summary>The eves of Independence Day and Christmas, and the day after Thanksgiving, where they are trading days.</summary>
    public static bool IsEarly(DateOnly date) => !IsClosed(date) && (date is { Month: 7, Day: 3 } or { Month: 12, Day: 24 }
        || date.AddDays(-1) == Nth(date.Year, 11, DayOfWeek.Thursday, 4));

    private static bool IsHoliday(DateOnly date)
    {
        var year = date.Year;
        return date == Observed(new DateOnly(year, 1, 1), movesBack: false)
            || date == Nth(year, 1, DayOfWeek.Monday, 3)
            || date == Nth(year, 2, DayOfWeek.Monday, 3)
            || date == Easter(year).AddDays(-2)
            || date == Last(year, 5, DayOfWeek.Monday)
            || (year >= 2022 && date == Observed(new DateOnly(year, 6, 19)))
            || date == Observed(new DateOnly(year, 7, 4))
            || date == Nth(year, 9, DayOfWeek.Monday, 1)
            || date == Nth(year, 11, DayOfWeek.Thursday, 4)
            || date == Observed(new DateOnly(year, 12, 25));
    }

    /// <summary>On a Sunday it moves to Monday; on a Saturday to Friday, but for New Year, whose Friday would belong to the old year.</summary>
    private static DateOnly Observed(DateOnly holiday, bool movesBack = true) => holiday.DayOfWeek switch
    {
        DayOfWeek.Sunday => holiday.AddDays(1),
        DayOfWeek.Saturday when movesBack => holiday.AddDays(-1),
        _ => holiday,
    };

    private static DateOnly Nth(int year, int month, DayOfWeek weekday, int number)
    {
        var first = new DateOnly(year, month, 1);
        return first.AddDays(((int)weekday - (int)first.DayOfWeek + 7) % 7 + ((number - 1) * 7));
    }

    private static DateOnly Last(int year, int month, DayOfWeek weekday)
    {
        var last = new DateOnly(year, month, DateTime.DaysInMonth(year, month));
        return last.AddDays(-(((int)last.DayOfWeek - (int)weekday + 7) % 7));
    }

    /// <summary>The Gregorian rule of Meeus, Jones and Butcher.</summary>
    private static DateOnly Easter(int year)
    {
        var (a, b, c) = (year % 19, year / 100, year % 100);
        var h = ((19 * a) + b - (b / 4) - ((b - ((b + 8) / 25) + 1) / 3) + 15) % 30;
        var l = (32 + (2 * (b % 4)) + (2 * (c / 4)) - h - (c % 4)) % 7;
        var m = (a + (11 * h) + (22 * l)) / 451;
        var sum = h + l - (7 * m) + 114;
        return new DateOnly(year, sum / 31, (sum % 31) + 1);
    }
}
