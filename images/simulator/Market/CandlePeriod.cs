using StockPipeline.Contracts.Time;

namespace StockPipeline.Simulator.Market;

/// <summary>
/// A candle interval as the T-Invest API knows it: number, alignment and what one request for history may span. The seven of the pipeline
/// and the others that the API serves, except for those of seconds.
/// </summary>
internal sealed class CandlePeriod
{
    private const long DayMs = 86_400_000;

    /// <summary>1970-01-01 was a Thursday: three days after a Monday.</summary>
    private const long MondayShiftDays = 3;

    private const int Week = 12;

    public const int Month = 13;

    private static readonly CandlePeriod?[] ByNumber = new CandlePeriod?[Month + 1];

    static CandlePeriod()
    {
        Add(1, TimeSpan.FromMinutes(1), TimeSpan.FromDays(1), 2400);
        Add(2, TimeSpan.FromMinutes(5), TimeSpan.FromDays(7), 2400);
        Add(3, TimeSpan.FromMinutes(15), TimeSpan.FromDays(21), 2400);
        Add(4, TimeSpan.FromHours(1), TimeSpan.FromDays(92), 2400);
        Add(5, TimeSpan.FromDays(1), TimeSpan.FromDays(6 * 366), 2400);
        Add(6, TimeSpan.FromMinutes(2), TimeSpan.FromDays(1), 1200);
        Add(7, TimeSpan.FromMinutes(3), TimeSpan.FromDays(1), 750);
        Add(8, TimeSpan.FromMinutes(10), TimeSpan.FromDays(7), 1200);
        Add(9, TimeSpan.FromMinutes(30), TimeSpan.FromDays(21), 1200);
        Add(10, TimeSpan.FromHours(2), TimeSpan.FromDays(92), 2400);
        Add(11, TimeSpan.FromHours(4), TimeSpan.FromDays(92), 700);
        Add(Week, TimeSpan.FromDays(7), TimeSpan.FromDays(5 * 366), 300);
        Add(Month, TimeSpan.FromDays(31), TimeSpan.FromDays(10 * 366), 120);
    }

    private CandlePeriod(int number, TimeSpan length, TimeSpan window, int maxLimit)
    {
        Number = number;
        LengthMs = (long)length.TotalMilliseconds;
        Window = window;
        MaxLimit = maxLimit;
    }

    /// <summary>The number in subscriptions and requests alike.</summary>
    public int Number { get; }

    /// <summary>The length; of a month, the longest.</summary>
    public long LengthMs { get; }

    /// <summary>The longest stretch one request may ask for.</summary>
    public TimeSpan Window { get; }

    /// <summary>The largest <c>limit</c> of one request.</summary>
    public int MaxLimit { get; }

    public bool IsMinute => Number == 1;

    /// <summary>Day, week and month: a request for these goes by dates and not by instants.</summary>
    public bool IsOfDays => LengthMs >= DayMs;

    /// <summary>Made of whole hours, so that hours can be summed up instead of minutes.</summary>
    public bool IsOfHours => LengthMs >= 3_600_000;

    /// <summary>Null for a number that the simulator does not serve.</summary>
    public static CandlePeriod? Of(int number) => number is > 0 and <= Month ? ByNumber[number] : null;

    public static CandlePeriod Of(Interval interval) => ByNumber[interval.Number]!;

    /// <summary>The open of the candle that contains the instant.</summary>
    public long Align(long unixMs) => Number switch
    {
        Week => (FloorDivide(FloorDivide(unixMs, DayMs) + MondayShiftDays, 7) * 7 - MondayShiftDays) * DayMs,
        Month => MonthOf(unixMs).ToUnixTimeMilliseconds(),
        _ => FloorDivide(unixMs, LengthMs) * LengthMs,
    };

    /// <summary>Where the candle that opens here ends.</summary>
    public long Next(long openMs) => Number == Month ? MonthOf(openMs).AddMonths(1).ToUnixTimeMilliseconds() : openMs + LengthMs;

    /// <summary>The first open at or after the instant.</summary>
    public long AlignUp(long unixMs) => Align(unixMs) is var open && open == unixMs ? open : Next(open);

    private static void Add(int number, TimeSpan length, TimeSpan window, int maxLimit) =>
        ByNumber[number] = new CandlePeriod(number, length, window, maxLimit);

    private static DateTimeOffset MonthOf(long unixMs)
    {
        var day = DateTimeOffset.FromUnixTimeMilliseconds(unixMs);
        return new DateTimeOffset(day.Year, day.Month, 1, 0, 0, 0, TimeSpan.Zero);
    }

    private static long FloorDivide(long value, long by) => (value / by) - (value % by < 0 ? 1 : 0);
}
