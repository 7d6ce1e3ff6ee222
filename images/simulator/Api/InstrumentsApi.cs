using Grpc.Core;
using StockPipeline.Market.Contract;
using StockPipeline.Simulator.Market;

namespace StockPipeline.Simulator.Api;

/// <summary>Serves InstrumentsService: what is listed, and when it trades.</summary>
internal sealed class InstrumentsApi(ReferenceMarket market, TradingStatuses statuses, TimeProvider clock) : InstrumentsService.InstrumentsServiceBase
{
    public override Task<SharesResponse> Shares(InstrumentsRequest request, ServerCallContext context)
    {
        var all = request.InstrumentStatus == InstrumentStatus.All;
        var response = new SharesResponse();
        response.Instruments.AddRange(market.Listings.Where(listing => all || listing.ApiTradeAvailable).Select(ToShare));
        return Task.FromResult(response);
    }

    public override Task<ShareResponse> ShareBy(InstrumentRequest request, ServerCallContext context) =>
        Task.FromResult(new ShareResponse { Instrument = ToShare(Find(request)) });

    public override Task<InstrumentResponse> GetInstrumentBy(InstrumentRequest request, ServerCallContext context)
    {
        var listing = Find(request);
        return Task.FromResult(new InstrumentResponse { Instrument = ApiMessages.Instrument(listing, statuses.At(listing, clock.GetUtcNow())) });
    }

    public override Task<TradingSchedulesResponse> TradingSchedules(TradingSchedulesRequest request, ServerCallContext context) =>
        Task.FromResult(SchedulesApi.Answer(request, clock.GetUtcNow()));

    public override Task<FindInstrumentResponse> FindInstrument(FindInstrumentRequest request, ServerCallContext context)
    {
        var response = new FindInstrumentResponse();
        var isOfShares = !request.HasInstrumentKind || request.InstrumentKind is InstrumentType.Unspecified or InstrumentType.Share;
        if (request.Query.Length == 0 || !isOfShares)
            return Task.FromResult(response);
        response.Instruments.AddRange(market.Listings
            .Where(listing => !request.HasApiTradeAvailableFlag || !request.ApiTradeAvailableFlag || listing.ApiTradeAvailable)
            .Where(listing => Matches(listing, request.Query))
            .Select(ApiMessages.Short));
        return Task.FromResult(response);
    }

    private static bool Matches(Listing listing, string query) =>
        listing.Uid == query || listing.Figi.Value == query || listing.Isin == query || listing.TickerAndClass == query
        || listing.Ticker.Contains(query, StringComparison.OrdinalIgnoreCase) || listing.Name.Contains(query, StringComparison.OrdinalIgnoreCase);

    private Listing Find(InstrumentRequest request)
    {
        if (request.Id.Length == 0)
            throw ApiErrors.IdMissing();
        var found = request.IdType switch
        {
            InstrumentIdType.Figi => market.Listings.FirstOrDefault(listing => listing.Figi.Value == request.Id),
            InstrumentIdType.Uid => market.Listings.FirstOrDefault(listing => listing.Uid == request.Id),
            InstrumentIdType.Ticker => market.Find($"{request.Id}_{request.ClassCode}"),
            InstrumentIdType.PositionUid => market.Listings.FirstOrDefault(listing => ApiMessages.PositionUid(listing) == request.Id),
            _ => throw ApiErrors.IdMissing(),
        };
        return found ?? throw ApiErrors.InstrumentNotFound();
    }

    private Share ToShare(Listing listing) => ApiMessages.Share(listing, statuses.At(listing, clock.GetUtcNow()));
}
