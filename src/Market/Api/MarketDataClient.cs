using StockPipeline.Market.Contract;
using StockPipeline.Market.Grpc;

namespace StockPipeline.Market.Api;

/// <summary>
/// The service of market data, one request at a time. For candles <see cref="History.CandleHistory"/> knows the API's windows and bounds.
/// </summary>
public sealed class MarketDataClient
{
    private readonly UnaryCaller caller;

    internal MarketDataClient(UnaryCaller caller) => this.caller = caller;

    public Task<GetCandlesResponse> GetCandlesAsync(GetCandlesRequest request, CancellationToken stop) =>
        caller.CallAsync(InvestMethods.GetCandles, request, stop);

    public Task<GetLastPricesResponse> GetLastPricesAsync(GetLastPricesRequest request, CancellationToken stop) =>
        caller.CallAsync(InvestMethods.GetLastPrices, request, stop);

    public Task<GetTradingStatusResponse> GetTradingStatusAsync(GetTradingStatusRequest request, CancellationToken stop) =>
        caller.CallAsync(InvestMethods.GetTradingStatus, request, stop);

    public Task<GetTradingStatusesResponse> GetTradingStatusesAsync(GetTradingStatusesRequest request, CancellationToken stop) =>
        caller.CallAsync(InvestMethods.GetTradingStatuses, request, stop);
}
