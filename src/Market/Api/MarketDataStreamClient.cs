using StockPipeline.Market.Contract;
using StockPipeline.Market.Grpc;

namespace StockPipeline.Market.Api;

/// <summary>The service of streams, bare: <see cref="Streams.MarketStream"/> keeps one alive.</summary>
public sealed class MarketDataStreamClient
{
    private readonly GrpcChannel channel;

    internal MarketDataStreamClient(GrpcChannel channel) => this.channel = channel;

    public GrpcDuplexCall<MarketDataRequest, MarketDataResponse> MarketDataStream() => channel.Open(InvestMethods.MarketDataStream);
}
