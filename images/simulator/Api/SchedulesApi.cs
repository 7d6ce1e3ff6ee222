using Google.Protobuf.WellKnownTypes;
using StockPipeline.Contracts.Records;
using StockPipeline.Market.Contract;
using StockPipeline.Simulator.Market;
using ApiTradingDay = StockPipeline.Market.Contract.TradingDay;

namespace StockPipeline.Simulator.Api;

/// <summary>Answers with the trading schedules of today and the days to come, as the API gives them.</summary>
internal static class SchedulesApi
{
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromDays(14);

    public static TradingSchedulesResponse Answer(TradingSchedulesRequest request, DateTimeOffset now)
    {
        var today = now.UtcDateTime.Date;
        var from = (request.From?.ToDateTime() ?? today).Date;
        var to = (request.To?.ToDateTime() ?? from).Date;
        if (from < today)
            throw ApiErrors.ScheduleFromPast();
        if (to < from)
            throw ApiErrors.ToBeforeFrom();
        if (to - from > LongestPeriod)
            throw ApiErrors.SchedulePeriodTooLong();
        var wanted = ExchangeSchedule.Exchanges
            .Where(exchange => request.Exchange.Length == 0 || exchange.Equals(request.Exchange, StringComparison.OrdinalIgnoreCase)).ToList();
        if (wanted.Count == 0)
            throw ApiErrors.ExchangeNotFound();
        var response = new TradingSchedulesResponse();
        foreach (var exchange in wanted)
        {
            var schedule = new TradingSchedule { Exchange = exchange };
            for (var date = DateOnly.FromDateTime(from); date <= DateOnly.FromDateTime(to); date = date.AddDays(1))
                schedule.Days.Add(ToDay(date, ExchangeSchedule.Sessions(exchange, date)));
            response.Exchanges.Add(schedule);
        }
        return response;
    }

    private static ApiTradingDay ToDay(DateOnly date, IReadOnlyList<TradingSession> sessions)
    {
        var day = new ApiTradingDay
        {
            Date = new DateTimeOffset(date, TimeOnly.MinValue, TimeSpan.Zero).ToTimestamp(),
            IsTradingDay = sessions.Count > 0,
        };
        if (sessions.Count == 0)
            return day;
        var main = sessions.First(session => session.Kind is SessionKind.Main or SessionKind.Weekend);
        day.StartTime = main.Start.ToTimestamp();
        day.EndTime = sessions.Last(session => session.Kind is not (SessionKind.EveningAuction or SessionKind.Evening)).End.ToTimestamp();
        foreach (var session in sessions)
        {
            FillIn(day, session, beforeMain: session.End <= main.Start && session.End != main.Start);
            day.Intervals.Add(new TradingInterval
            {
                Type = TypeOf(session.Kind),
                Interval = new TradingInterval.Types.TimeInterval { StartTs = session.Start.ToTimestamp(), EndTs = session.End.ToTimestamp() },
            });
        }
        return day;
    }

    private static void FillIn(ApiTradingDay day, TradingSession session, bool beforeMain)
    {
        var (start, end) = (session.Start.ToTimestamp(), session.End.ToTimestamp());
        switch (session.Kind)
        {
            case SessionKind.Premarket:
                (day.PremarketStartTime, day.PremarketEndTime) = (start, end);
                break;
            // The auction of the morning session has no fields of its own; it stands among the intervals.
            case SessionKind.OpeningAuction when !beforeMain:
                (day.OpeningAuctionStartTime, day.OpeningAuctionEndTime) = (start, end);
                break;
            case SessionKind.ClosingAuction:
                (day.ClosingAuctionStartTime, day.ClosingAuctionEndTime) = (start, end);
                break;
            case SessionKind.EveningAuction:
                day.EveningOpeningAuctionStartTime = start;
                break;
            case SessionKind.Evening:
                (day.EveningStartTime, day.EveningEndTime) = (start, end);
                break;
        }
    }

    private static string TypeOf(SessionKind kind) => kind switch
    {
        SessionKind.Premarket => "regular_trading_session_morning",
        SessionKind.Main => "regular_trading_session_main",
        SessionKind.Evening => "regular_trading_session_evening",
        SessionKind.Weekend => "regular_trading_session_weekend",
        SessionKind.ClosingAuction => "closing_auction",
        SessionKind.EveningAuction => "opening_auction_evening",
        _ => "opening_auction",
    };
}
