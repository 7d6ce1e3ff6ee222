using Google.Protobuf.WellKnownTypes;
using StockPipeline.Calendar;
using StockPipeline.Contracts.Time;
using StockPipeline.Market.Api;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Errors;
using StockPipeline.Market.History;
using StockPipeline.Market.Mapping;
using Instrument = StockPipeline.Contracts.Records.Instrument;
using TradingDay = StockPipeline.Contracts.Records.TradingDay;

namespace StockPipeline.Config.Schedules;

/// <summary>
/// When exchanges trade: the coming days from the API's schedule, which knows no past, and past days from what liquid instruments traded.
/// </summary>
internal sealed class ScheduleReader(InvestApiClient api, CandleHistory history, TimeProvider market, ILogger log)
{
    /// <summary>The API answers for a week at once.</summary>
    private const int DaysAhead = 7;

    /// <summary>Past days read minute by minute; older ones get the hours of a known day.</summary>
    private const int ExactDays = 7;

    /// <summary>How many liquid instruments are asked about the past of an exchange.</summary>
    private const int Witnesses = 5;

    /// <summary>Today and the days to come, for the exchanges named.</summary>
    public async Task<IReadOnlyList<TradingDay>> ComingAsync(IReadOnlySet<string> exchanges, CancellationToken stop)
    {
        var today = StartOf(Today);
        var answer = await api.Instruments.TradingSchedulesAsync(
            new TradingSchedulesRequest { From = Timestamp.FromDateTimeOffset(today), To = Timestamp.FromDateTimeOffset(today.AddDays(DaysAhead)) },
                stop);
        return [.. answer.ToRecords().Where(day => exchanges.Contains(day.Exchange))];
    }

    /// <summary>The past days of one exchange that are not known yet, as far as they can be inferred.</summary>
    public async Task<IReadOnlyList<TradingDay>> PastAsync(
        string exchange, IReadOnlyList<Instrument> liquid, ExchangeSchedule known, int days, CancellationToken stop)
    {
        var unknown = Enumerable.Range(1, days).Select(back => Today.AddDays(-back)).Where(date => !known.IsKnown(date)).Order().ToList();
        var witnesses = liquid.Where(share => share.Exchange == exchange).Take(Witnesses).ToList();
        if (unknown.Count == 0)
            return [];
        if (witnesses.Count < DayInference.MinInstruments)
        {
            Log.PastUnknown(log, exchange, $"only {witnesses.Count} liquid instruments follow it, and {DayInference.MinInstruments} are needed");
            return [];
        }
        try
        {
            var exactFrom = Today.AddDays(-ExactDays);
            var exact = await ExactAsync(exchange, unknown.Where(date => date >= exactFrom).ToList(), witnesses, stop);
            return [.. exact, .. await RoughAsync(exchange, unknown.Where(date => date < exactFrom).ToList(), witnesses, known, exact, stop)];
        }
        catch (InvestApiException refused) when (!refused.IsTokenRejected)
        {
            Log.PastUnknown(log, exchange, refused.Message);
            return [];
        }
    }

    private DateOnly Today => DateOnly.FromDateTime(market.GetUtcNow().UtcDateTime);

    private async Task<List<TradingDay>> ExactAsync(string exchange, List<DateOnly> dates, List<Instrument> witnesses, CancellationToken stop)
    {
        if (dates.Count == 0)
            return [];
        var range = new TimeRange(StartOf(dates[0]), StartOf(dates[^1].AddDays(1)));
        var minutes = new List<IReadOnlyCollection<DateTimeOffset>>();
        foreach (var witness in witnesses)
            minutes.Add([.. (await history.GetAsync(witness, Interval.OneMinute, range, stop)).Select(candle => candle.OpenTime)]);
        return [.. dates.Select(date => DayInference.FromMinutes(exchange, date, minutes)).OfType<TradingDay>()];
    }

    private async Task<IReadOnlyList<TradingDay>> RoughAsync(
        string exchange, List<DateOnly> dates, List<Instrument> witnesses, ExchangeSchedule known, List<TradingDay> exact, CancellationToken stop)
    {
        if (dates.Count == 0)
            return [];
        var samples = known.Days.Where(day => !day.Inferred).Concat(exact).Where(day => day.IsTradingDay).ToList();
        var weekday = samples.FirstOrDefault(day => !IsWeekend(day.Date));
        if (weekday is null)
        {
            Log.PastUnknown(log, exchange, "no ordinary trading day is known whose hours it could be given");
            return [];
        }
        var range = new TimeRange(StartOf(dates[0]), StartOf(dates[^1].AddDays(1)));
        var traded = new List<IReadOnlySet<DateOnly>>();
        foreach (var witness in witnesses)
            traded.Add((await history.GetAsync(witness, Interval.OneDay, range, stop)).Select(candle =>
                DateOnly.FromDateTime(candle.OpenTime.UtcDateTime)).ToHashSet());
        return DayInference.FromDays(exchange, dates, traded, weekday, samples.FirstOrDefault(day => IsWeekend(day.Date)));
    }

    private static bool IsWeekend(DateOnly date) => date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;

    private static DateTimeOffset StartOf(DateOnly date) => new(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
