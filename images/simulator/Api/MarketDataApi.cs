using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using StockPipeline.Market.Contract;
using StockPipeline.Simulator.Faults;
using StockPipeline.Simulator.Market;

namespace StockPipeline.Simulator.Api;

/// <summary>Serves MarketDataService: candles with the windows, bounds and habits of the API, last prices and trading statuses.</summary>
internal sealed class MarketDataApi(ReferenceMarket market, TradingStatuses statuses, FaultInjector faults, TimeProvider clock)
    : MarketDataService.MarketDataServiceBase
{
    private const int MaxInstruments = 3_000;

    /// <summary>The longest window of an indicator that is calculated.</summary>
    private const int MaxAnalysisLength = 1_000;

    private const long DayMs = 86_400_000;

    private static readonly DateTimeOffset Earliest = DateTimeOffset.UnixEpoch;

    private static readonly DateTimeOffset Latest = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override Task<GetCandlesResponse> GetCandles(GetCandlesRequest request, ServerCallContext context) =>
        Task.FromResult(Candles(request));

    public override Task<GetLastPricesResponse> GetLastPrices(GetLastPricesRequest request, ServerCallContext context)
    {
        var ids = request.InstrumentId.Count > 0 ? request.InstrumentId : request.Figi;
        if (ids.Count > MaxInstruments)
            throw ApiErrors.ListTooLong();
        var listings = ids.Count > 0
            ? ids.Select(market.Find).OfType<Listing>()
            : market.Listings.Where(listing => listing.ApiTradeAvailable);
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var response = new GetLastPricesResponse();
        foreach (var listing in listings)
        {
            if (market.LastBar(listing, now) is { } bar)
                response.LastPrices.Add(ApiMessages.LastPrice(listing, bar.Close, bar.LastTradeMs));
        }
        return Task.FromResult(response);
    }

    public override Task<GetTradingStatusResponse> GetTradingStatus(GetTradingStatusRequest request, ServerCallContext context) =>
        Task.FromResult(StatusOf(request.HasInstrumentId ? request.InstrumentId : request.Figi));

    public override Task<GetTradingStatusesResponse> GetTradingStatuses(GetTradingStatusesRequest request, ServerCallContext context)
    {
        if (request.InstrumentId.Count > MaxInstruments)
            throw ApiErrors.ListTooLong();
        var response = new GetTradingStatusesResponse();
        response.TradingStatuses.AddRange(request.InstrumentId.Select(StatusOf));
        return Task.FromResult(response);
    }

    public override Task<GetTechAnalysisResponse> GetTechAnalysis(GetTechAnalysisRequest request, ServerCallContext context)
    {
        var listing = market.Find(request.InstrumentUid.Length > 0 ? request.InstrumentUid : throw ApiErrors.IdMissing())
            ?? throw ApiErrors.InstrumentNotFound();
        var period = CandlePeriod.Of((int)request.Interval) ?? throw ApiErrors.BadInterval();
        var from = Instant(request.From) ?? throw ApiErrors.FromMissing();
        var to = Instant(request.To) ?? throw ApiErrors.ToMissing();
        if (from > to)
            throw ApiErrors.ToBeforeFrom();
        if (to - from > period.Window)
            throw ApiErrors.PeriodTooLong();
        var longest = TechAnalysis.LongestOf(request);
        if (longest is < 1 or > MaxAnalysisLength || !TechAnalysis.IsWhole(request))
            throw ApiErrors.BadIndicator();
        var (fromMs, toMs, now) = (from.ToUnixTimeMilliseconds(), to.ToUnixTimeMilliseconds(), clock.GetUtcNow().ToUnixTimeMilliseconds());
        var before = Newest(listing, period, null, fromMs, TechAnalysis.RunIn * longest, now).Where(bar => bar.OpenMs < fromMs);
        var bars = before.Concat(market.Bars(listing, period, fromMs, toMs, now)).Where(bar => period.Next(bar.OpenMs) <= now).ToList();
        return Task.FromResult(TechAnalysis.Answer(request, bars, fromMs, toMs));
    }

    private GetTradingStatusResponse StatusOf(string id)
    {
        if (id.Length == 0)
            throw ApiErrors.IdMissing();
        return statuses.Answer(market.Find(id) ?? throw ApiErrors.InstrumentNotFound(), clock.GetUtcNow());
    }

    private GetCandlesResponse Candles(GetCandlesRequest request)
    {
        var listing = FindListing(request);
        var period = CandlePeriod.Of((int)request.Interval) ?? throw ApiErrors.BadInterval();
        // There is no dealer trading in the simulated market, so every source that may be asked for gives the same candles.
        if (request.HasCandleSourceType && !System.Enum.IsDefined(request.CandleSourceType))
            throw ApiErrors.BadCandleSource();
        var limit = request.HasLimit ? request.Limit : (int?)null;
        if (limit < 1 || limit > period.MaxLimit)
            throw ApiErrors.BadLimit();
        var to = Instant(request.To) ?? throw ApiErrors.ToMissing();
        var from = Instant(request.From) ?? (limit is null ? throw ApiErrors.NeitherFromNorLimit() : null as DateTimeOffset?);
        if (from is { } start && (start < Earliest || start >= Latest))
            throw ApiErrors.FromOutOfRange();
        if (to < Earliest || to >= Latest)
            throw ApiErrors.ToOutOfRange();
        if (from > to)
            throw ApiErrors.ToBeforeFrom();
        if (limit is null && to - from > period.Window)
            throw ApiErrors.PeriodTooLong();

        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var bars = limit is { } count
            ? Newest(listing, period, from?.ToUnixTimeMilliseconds(), to.ToUnixTimeMilliseconds(), count, now)
            : Within(listing, period, from!.Value.ToUnixTimeMilliseconds(), to.ToUnixTimeMilliseconds(), now);
        var late = Lateness(listing, period);
        var response = new GetCandlesResponse();
        foreach (var bar in bars)
        {
            var end = period.Next(bar.OpenMs);
            // The current minute is not in history; a fault keeps closed candles away for a while longer.
            if ((period.IsMinute && end > now) || (end <= now && end + late > now))
                continue;
            response.Candles.Add(ApiMessages.HistoricCandle(bar, complete: end <= now));
        }
        return response;
    }

    /// <summary>Up to hours, from inclusive and to exclusive; days and longer go by dates, both inclusive; months leave both bounds out.</summary>
    private IEnumerable<Bar> Within(Listing listing, CandlePeriod period, long fromMs, long toMs, long nowMs)
    {
        if (!period.IsOfDays)
            return market.Bars(listing, period, fromMs, toMs, nowMs);
        var bars = market.Bars(listing, period, fromMs - (fromMs % DayMs), toMs - (toMs % DayMs) + 1, nowMs);
        return period.Number == CandlePeriod.Month ? bars.Where(bar => bar.OpenMs > fromMs && bar.OpenMs < toMs) : bars;
    }

    private List<Bar> Newest(Listing listing, CandlePeriod period, long? fromMs, long toMs, int count, long nowMs)
    {
        var first = Math.Max(fromMs ?? 0, listing.FirstCandle.ToUnixTimeMilliseconds());
        var bars = new List<Bar>();
        // Backwards in growing strides: a sleepy share needs a long look, a lively one must not cost a year.
        var stride = Math.Max(period.LengthMs * count, DayMs);
        for (var end = period.AlignUp(Math.Min(toMs, nowMs)); end > first && bars.Count < count; stride *= 2)
        {
            var start = Math.Max(period.Align(end - stride), period.AlignUp(first));
            if (start >= end)
                break;
            bars.InsertRange(0, market.Bars(listing, period, start, Math.Min(end, toMs), nowMs));
            end = start;
        }
        return bars.Count > count ? bars[^count..] : bars;
    }

    private Listing FindListing(GetCandlesRequest request)
    {
        var id = request.HasInstrumentId && request.InstrumentId.Length > 0 ? request.InstrumentId : request.Figi;
        if (id.Length == 0)
            throw ApiErrors.IdMissing();
        return market.Find(id) ?? throw ApiErrors.InstrumentNotFound();
    }

    private long Lateness(Listing listing, CandlePeriod period) =>
        faults.Strike(FaultKind.LateHistory, new FaultOpportunity(listing.Ticker, listing, period, "GetCandles")) is { } rule
            ? (long)rule.Lasting.TotalMilliseconds
            : 0;

    private static DateTimeOffset? Instant(Timestamp? time) => time is null ? null : ApiMessages.Instant(time);
}
