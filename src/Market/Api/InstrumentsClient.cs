using StockPipeline.Market.Contract;
using StockPipeline.Market.Grpc;

namespace StockPipeline.Market.Api;

/// <summary>The service of instruments and schedules.</summary>
public sealed class InstrumentsClient
{
    private readonly UnaryCaller caller;

    internal InstrumentsClient(UnaryCaller caller) => this.caller = caller;

    public Task<SharesResponse> SharesAsync(InstrumentsRequest request, CancellationToken stop) =>
        caller.CallAsync(InvestMethods.Shares, request, stop);

    /// <summary>All shares that can be traded through the API.</summary>
    public Task<SharesResponse> SharesAsync(CancellationToken stop) =>
        SharesAsync(new InstrumentsRequest { InstrumentStatus = InstrumentStatus.Base }, stop);

    public Task<ShareResponse> ShareByAsync(InstrumentRequest request, CancellationToken stop) =>
        caller.CallAsync(InvestMethods.ShareBy, request, stop);

    public Task<InstrumentResponse> GetInstrumentByAsync(InstrumentRequest request, CancellationToken stop) =>
        caller.CallAsync(InvestMethods.GetInstrumentBy, request, stop);

    public Task<FindInstrumentResponse> FindInstrumentAsync(FindInstrumentRequest request, CancellationToken stop) =>
        caller.CallAsync(InvestMethods.FindInstrument, request, stop);

    public Task<TradingSchedulesResponse> TradingSchedulesAsync(TradingSchedulesRequest request, CancellationToken stop) =>
        caller.CallAsync(InvestMethods.TradingSchedules, request, stop);
}
