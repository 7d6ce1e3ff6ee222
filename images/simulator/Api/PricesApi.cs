using StockPipeline.Market.Contract;
using StockPipeline.Simulator.Market;

namespace StockPipeline.Simulator.Api;

/// <summary>The last prices and the trading statuses of MarketDataService.</summary>
internal sealed class PricesApi(ReferenceMarket market, TradingStatuses statuses, TimeProvider clock)
{
    private const int MaxInstruments = 3_000;

    public GetLastPricesResponse GetLastPrices(GetLastPricesRequest request)
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
        return response;
    }

    public GetTradingStatusResponse GetTradingStatus(GetTradingStatusRequest request) =>
        Answer(request.HasInstrumentId ? request.InstrumentId : request.Figi);

    public GetTradingStatusesResponse GetTradingStatuses(GetTradingStatusesRequest request)
    {
        if (request.InstrumentId.Count > MaxInstruments)
            throw ApiErrors.ListTooLong();
        var response = new GetTradingStatusesResponse();
        response.TradingStatuses.AddRange(request.InstrumentId.Select(Answer));
        return response;
    }

    private GetTradingStatusResponse Answer(string id)
    {
        if (id.Length == 0)
            throw ApiErrors.IdMissing();
        return statuses.Answer(market.Find(id) ?? throw ApiErrors.InstrumentNotFound(), clock.GetUtcNow());
    }
}
