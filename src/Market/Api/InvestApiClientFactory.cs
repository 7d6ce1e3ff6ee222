using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Contracts.Connections;
using StockPipeline.Market.Limits;

namespace StockPipeline.Market.Api;

/// <summary>Makes a client where there is no container of services.</summary>
public static class InvestApiClientFactory
{
    public static InvestApiClient Create(string token, bool sandbox = false) =>
        Create(new InvestApiOptions { AccessToken = new Secret(token), Sandbox = sandbox });

    public static InvestApiClient Create(InvestApiOptions options) =>
        new(options, new InProcessQuota(options.NetworkClock), NullLogger<InvestApiClient>.Instance);
}
