using StockPipeline.Market.Contract;
using StockPipeline.Simulator.Market;

namespace StockPipeline.Simulator.Api;

/// <summary>InstrumentsService: what is listed.</summary>
internal sealed class InstrumentsApi(ReferenceMarket market, TradingStatuses statuses, TimeProvider clock)
{
    public SharesResponse Shares(InstrumentsRequest request)
    {
        var all = request.InstrumentStatus == InstrumentStatus.All;
        var response = new SharesResponse();
        response.Instruments.AddRange(market.Listings.Where(listing => all || listing.ApiTradeAvailable).Select(ToShare));
        return response;
    }

    public ShareResponse ShareBy(InstrumentRequest request) => new() { Instrument = ToShare(Find(request)) };

    public InstrumentResponse GetInstrumentBy(InstrumentRequest request)
    {
        var listing = Find(request);
        return new InstrumentResponse { Instrument = ApiMessages.Instrument(listing, statuses.At(listing, clock.GetUtcNow())) };
    }

    public FindInstrumentResponse FindInstrument(FindInstrumentRequest request)
    {
        var response = new FindInstrumentResponse();
        var isOfShares = !request.HasInstrumentKind || request.InstrumentKind is InstrumentType.Unspecified or InstrumentType.Share;
        if (request.Query.Length == 0 || !isOfShares)
            return response;
        response.Instruments.AddRange(market.Listings
            .Where(listing => !request.HasApiTradeAvailableFlag || !request.ApiTradeAvailableFlag || listing.ApiTradeAvailable)
            .Where(listing => Matches(listing, request.Query))
            .Select(ApiMessages.Short));
        return response;
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
