using Google.Protobuf.WellKnownTypes;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Market.Contract;
using Records = StockPipeline.Contracts.Records;

namespace StockPipeline.Market.Mapping;

/// <summary>Turns schedules of the API into trading days of the pipeline.</summary>
public static class ScheduleMapping
{
    /// <summary>A clearing longer than this is no break in trading but a sign that the field means something else.</summary>
    private static readonly TimeSpan LongestClearing = TimeSpan.FromHours(1);

    public static IEnumerable<Records.TradingDay> ToRecords(this TradingSchedulesResponse response) =>
        response.Exchanges.SelectMany(schedule => schedule.Days.Select(day => day.ToRecord(schedule.Exchange)));

    /// <summary>
    /// The sessions in order and without overlap. Where two fields claim the same time the special session has it and the main one, which may
    /// be given as the whole day, gets what is left. Typed intervals, where there are any, tell the main session more exactly than its fields.
    /// </summary>
    /// <exception cref="FormatException">The day has no date.</exception>
    public static Records.TradingDay ToRecord(this Contract.TradingDay day, string exchange)
    {
        var date = DateOnly.FromDateTime(day.Date?.ToDateTime() ?? throw new FormatException($"a day of {exchange} has no date"));
        return new Records.TradingDay { Date = date, Exchange = exchange, Sessions = day.IsTradingDay ? SessionsOf(day, date) : [] };
    }

    private static IReadOnlyList<TradingSession> SessionsOf(Contract.TradingDay day, DateOnly date)
    {
        var placed = new SessionTimeline(date);
        if (RangeOf(day.ClearingStartTime, day.ClearingEndTime) is { } clearing && clearing.Length <= LongestClearing)
            placed.Close(clearing);
        placed.Add(SessionKind.OpeningAuction, RangeOf(day.OpeningAuctionStartTime, day.OpeningAuctionEndTime));
        placed.Add(SessionKind.ClosingAuction, RangeOf(day.ClosingAuctionStartTime, day.ClosingAuctionEndTime));
        placed.Add(SessionKind.EveningAuction, RangeOf(day.EveningOpeningAuctionStartTime, day.EveningStartTime));
        placed.Add(SessionKind.Premarket, RangeOf(day.PremarketStartTime, day.PremarketEndTime));
        placed.Add(SessionKind.Evening, RangeOf(day.EveningStartTime, day.EveningEndTime));
        // A Saturday that is a working day has auctions and an evening like any other; weekend trading has neither.
        var main = date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday && day.EveningStartTime is null && day.ClosingAuctionStartTime is null
            ? SessionKind.Weekend
            : SessionKind.Main;
        var typed = day.Intervals
            .Select(interval => (Kind: KindOf(interval.Type, main), Range: RangeOf(interval.Interval?.StartTs, interval.Interval?.EndTs)))
            .OrderBy(interval => interval.Kind == main)
            .ToList();
        foreach (var (kind, range) in typed)
            placed.Add(kind, range);
        if (!typed.Any(interval => interval.Kind == main && interval.Range is not null))
            placed.Add(main, RangeOf(day.StartTime, day.EndTime));
        return placed.Sessions;
    }

    /// <summary>The names are not documented; what is not recognised trades like the main session.</summary>
    private static SessionKind KindOf(string type, SessionKind main)
    {
        return Says("closing") && Says("auction") ? SessionKind.ClosingAuction
            : Says("evening") && Says("auction") ? SessionKind.EveningAuction
            : Says("auction") ? SessionKind.OpeningAuction
            : Says("evening") ? SessionKind.Evening
            : Says("premarket") || Says("morning") ? SessionKind.Premarket
            : Says("weekend") ? SessionKind.Weekend
            : main;

        bool Says(string word) => type.Contains(word, StringComparison.OrdinalIgnoreCase);
    }

    private static TimeRange? RangeOf(Timestamp? start, Timestamp? end) =>
        start is not null && end is not null && start.ToDateTimeOffset() < end.ToDateTimeOffset()
            ? new TimeRange(start.ToDateTimeOffset(), end.ToDateTimeOffset())
            : null;
}
