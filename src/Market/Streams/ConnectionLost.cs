using StockPipeline.Market.Grpc;

namespace StockPipeline.Market.Streams;

/// <summary>The stream has ended, for the reason in the status, and is opened again after the pause.</summary>
public sealed record ConnectionLost(GrpcStatus Status, TimeSpan NextTryIn, DateTimeOffset At) : MarketEvent;
