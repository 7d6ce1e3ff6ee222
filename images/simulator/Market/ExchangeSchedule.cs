using StockPipeline.Contracts.Records;

namespace StockPipeline.Simulator.Market;

/// <summary>
/// The sessions of every schedule on every date, as a pure function: modelled on the Moscow Exchange of 2025, where 10:00 in Moscow is 07:00 UTC.
/// </summary>
public static class ExchangeSchedule
{
    /// <summary>Morning, main, evening and weekend sessions.</summary>
    public const string Everything = "moex_mrng_evng_e_wknd_dlr";

    /// <summary>Morning, main and evening sessions.</summary>
    public const string Morning = "MOEX_MORNING";

    /// <summary>Main and evening sessions.</summary>
    public const string Plus = "MOEX_PLUS";

    /// <summary>The main session alone.</summary>
    public const string MainOnly = "MOEX";

    /// <summary>Exchange trading at weekends began here.</summary>
    private static readonly DateOnly FirstWeekend = new(2025, 3, 1);

    private static readonly HashSet<(int Month, int Day)> Holidays =
        [(1, 1), (1, 2), (1, 7), (2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4), (12, 31)];

    /// <summary>Days that end with the closing auction.</summary>
    private static readonly HashSet<(int Month, int Day)> EarlyCloses = [(4, 30), (12, 30)];

    /// <summary>Saturdays that were ordinary working days.</summary>
    private static readonly HashSet<DateOnly> WorkingSaturdays =
    [
        new(2018, 4, 28), new(2018, 6, 9), new(2018, 12, 29), new(2021, 2, 20),
        new(2024, 4, 27), new(2024, 11, 2), new(2024, 12, 28), new(2025, 11, 1),
    ];

    private static readonly Slot[] MorningSlots =
        [new(SessionKind.OpeningAuction, new(3, 50), new(4, 0)), new(SessionKind.Premarket, new(4, 0), new(6, 50))];

    private static readonly Slot[] MainSlots =
    [
        new(SessionKind.OpeningAuction, new(6, 50), new(7, 0)), new(SessionKind.Main, new(7, 0), new(15, 40)),
        new(SessionKind.ClosingAuction, new(15, 40), new(15, 50)),
    ];

    private static readonly Slot[] EveningSlots =
        [new(SessionKind.EveningAuction, new(16, 0), new(16, 5)), new(SessionKind.Evening, new(16, 5), new(20, 50))];

    private static readonly Slot[] WeekendSlots =
        [new(SessionKind.OpeningAuction, new(6, 50), new(7, 0)), new(SessionKind.Weekend, new(7, 0), new(16, 0))];

    public static IReadOnlyList<string> Exchanges { get; } = [Everything, Morning, Plus, MainOnly];

    public static bool HasWeekends(string exchange) => exchange == Everything;

    /// <summary>In order of time, none on a day without trading. An exchange that is not known follows <see cref="MainOnly"/>.</summary>
    public static IReadOnlyList<TradingSession> Sessions(string exchange, DateOnly date)
    {
        var midnight = new DateTimeOffset(date, TimeOnly.MinValue, TimeSpan.Zero);
        return [.. Slots(exchange, date).Select(slot =>
            new TradingSession(slot.Kind, midnight + slot.Start.ToTimeSpan(), midnight + slot.End.ToTimeSpan()))];
    }

    private static IEnumerable<Slot> Slots(string exchange, DateOnly date)
    {
        if (Holidays.Contains((date.Month, date.Day)))
            return [];
        if (date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday && !WorkingSaturdays.Contains(date))
            return HasWeekends(exchange) && date >= FirstWeekend ? WeekendSlots : [];
        var evening = exchange is Everything or Morning or Plus && !EarlyCloses.Contains((date.Month, date.Day));
        return (exchange is Everything or Morning ? MorningSlots : []).Concat(MainSlots).Concat(evening ? EveningSlots : []);
    }

    private readonly record struct Slot(SessionKind Kind, TimeOnly Start, TimeOnly End);
}
