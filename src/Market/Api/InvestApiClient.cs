using Microsoft.Extensions.Logging;
using StockPipeline.Market.Grpc;
using StockPipeline.Market.Limits;

namespace StockPipeline.Market.Api;

/// <summary>
/// The T-Invest API, one property for each of its services. Requests keep the quota, are repeated after passing failures, and throw
/// <see cref="Errors.InvestApiException"/> otherwise. Safe for many threads; one per token.
/// </summary>
public sealed class InvestApiClient : IDisposable
{
    private readonly GrpcChannel channel;

    /// <exception cref="InvalidOperationException">The options cannot work; the message says which and why.</exception>
    public InvestApiClient(InvestApiOptions options, IRequestQuota quota, ILogger<InvestApiClient> log)
    {
        Options = options;
        Quota = quota;
        channel = new GrpcChannel(options.Channel(), options.NetworkClock);
        var caller = new UnaryCaller(channel, options, quota, log);
        Instruments = new InstrumentsClient(caller);
        MarketData = new MarketDataClient(caller);
        MarketDataStream = new MarketDataStreamClient(channel);
        Users = new UsersClient(caller);
    }

    public InstrumentsClient Instruments { get; }

    public MarketDataClient MarketData { get; }

    public MarketDataStreamClient MarketDataStream { get; }

    public UsersClient Users { get; }

    internal InvestApiOptions Options { get; }

    internal IRequestQuota Quota { get; }

    public void Dispose() => channel.Dispose();
}
