using StockPipeline.Market.Contract;
using StockPipeline.Market.Grpc;

namespace StockPipeline.Market.Api;

/// <summary>The service that tells what the user may do.</summary>
public sealed class UsersClient
{
    private readonly UnaryCaller caller;

    internal UsersClient(UnaryCaller caller) => this.caller = caller;

    public Task<GetUserTariffResponse> GetUserTariffAsync(CancellationToken stop) =>
        caller.CallAsync(InvestMethods.GetUserTariff, new GetUserTariffRequest(), stop);
}
