using Google.Protobuf.WellKnownTypes;
using StockPipeline.Calendar;
using StockPipeline.Config.Tickers;
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
/// When exchanges trade: the coming days from the API's schedule, which knows no past, and past days from what instruments traded.
/// </summary>
internal sealed class ScheduleReader(InvestApiClient api, CandleHistory history, TimeProvider market, ILogger log)
{
    /// <summary>The API answers for a week at once.</summary>
    private const int DaysAhead = 7;

    /// <summary>
    /// Past days read minute by minute; of older ones the hours tell which sessions took place, and those of which there are not even hours get
    /// the sessions of a known day.
    /// </summary>
    private const int MinuteDays = 7;

    /// <summary>How many liquid instruments are asked about the past of an exchange.</summary>
    private const int Witnesses = 5;

    /// <summary>
    /// How many are asked where hardly any is liquid: together they trade in every session, though not in every minute, and nobody asks them for
    /// those.
    /// </summary>
    private const int IlliquidWitnesses = 15;

    /// <summary>Today and the days to come, for the exchanges named.</summary>
    public async Task<IReadOnlyList<TradingDay>> ComingAsync(IReadOnlySet<string> exchanges, CancellationToken stop)
    {
        var today = StartOf(Today);
        var answer = await api.Instruments.TradingSchedulesAsync(
            new TradingSchedulesRequest { From = Timestamp.FromDateTimeOffset(today), To = Timestamp.FromDateTimeOffset(today.AddDays(DaysAhead)) },
            cancellationToken: stop);
        return [.. answer.ToRecords().Where(day => exchanges.Contains(day.Exchange))];
    }

    /// <summary>The past days of one exchange that are not known yet, as far as they can be inferred.</summary>
    public async Task<IReadOnlyList<TradingDay>> PastAsync(
        string exchange, ShareList shares, ExchangeSchedule known, int days, CancellationToken stop)
    {
        var unknown = Enumerable.Range(1, days).Select(back => Today.AddDays(-back)).Where(date => !known.IsKnown(date)).Order().ToList();
        if (unknown.Count == 0)
            return [];
        var witnesses = shares.Liquid.Where(share => share.Exchange == exchange).Take(Witnesses).ToList();
        var liquid = witnesses.Count >= DayInference.MinInstruments;
        if (!liquid)
            witnesses.AddRange(shares.Illiquid.Where(share => share.Exchange == exchange).Take(IlliquidWitnesses));
        if (witnesses.Count < DayInference.MinInstruments)
        {
            Log.PastUnknown(log, exchange, $"only {witnesses.Count} instruments follow it, and {DayInference.MinInstruments} are needed");
            return [];
        }
        try
        {
            var real = known.Days.Where(day => !day.Inferred).ToList();
            var byHours = unknown.Where(date => !liquid || date < Today.AddDays(-MinuteDays)).ToList();
            var inferred = new List<TradingDay>();
            inferred.AddRange(await FromCandlesAsync(exchange, unknown[byHours.Count..], Interval.OneMinute, witnesses, real, stop));
            inferred.AddRange(await FromCandlesAsync(exchange, byHours, Interval.OneHour, witnesses, real, stop));
            var left = byHours.Where(date => inferred.TrueForAll(day => day.Date != date)).ToList();
            inferred.AddRange(await FromDaysAsync(exchange, left, witnesses, real, stop));
            return inferred;
        }
        catch (InvestApiException refused) when (!refused.IsBlocked)
        {
            Log.PastUnknown(log, exchange, refused.Message);
            return [];
        }
    }

    private DateOnly Today => DateOf(market.GetUtcNow());

    private async Task<IReadOnlyList<TradingDay>> FromCandlesAsync(
        string exchange, List<DateOnly> dates, Interval interval, List<Instrument> witnesses, IReadOnlyCollection<TradingDay> real,
            CancellationToken stop)
    {
        var opensOf = new List<(Instrument Witness, ILookup<DateOnly, DateTimeOffset> Opens)>();
        foreach (var witness in witnesses)
            opensOf.Add((witness, (await ReadAsync(witness, interval, dates, stop)).ToLookup(DateOf)));
        // Before its first candle an instrument tells nothing of the exchange.
        return [.. dates.Select(date => DayInference.FromCandles(
            exchange, date, interval, [.. opensOf.Where(one => Tells(one.Witness, date)).Select(one => one.Opens[date].ToList())], real))
            .OfType<TradingDay>()];
    }

    private async Task<IReadOnlyList<TradingDay>> FromDaysAsync(
        string exchange, List<DateOnly> dates, List<Instrument> witnesses, IReadOnlyCollection<TradingDay> real, CancellationToken stop)
    {
        var traded = new List<IReadOnlySet<DateOnly>>();
        foreach (var witness in witnesses)
            traded.Add((await ReadAsync(witness, Interval.OneDay, dates, stop)).Select(DateOf).ToHashSet());
        return DayInference.FromDays(exchange, dates, traded, real);
    }

    private async Task<IEnumerable<DateTimeOffset>> ReadAsync(Instrument witness, Interval interval, List<DateOnly> dates, CancellationToken stop)
    {
        if (dates.Count == 0)
            return [];
        var range = new TimeRange(StartOf(dates[0]), StartOf(dates[^1].AddDays(1)));
        return (await history.GetAsync(witness, interval, range, stop)).Select(candle => candle.OpenTime);
    }

    private static bool Tells(Instrument witness, DateOnly date) => witness.FirstMinuteCandle is not { } first || DateOf(first) < date;

    private static DateOnly DateOf(DateTimeOffset instant) => DateOnly.FromDateTime(instant.UtcDateTime);

    private static DateTimeOffset StartOf(DateOnly date) => new(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
