namespace StockPipeline.Market.Streams;

/// <summary>The server's regular sign of life, with its own time: what the exchange did before it has been sent.</summary>
public sealed record Heartbeat(DateTimeOffset ServerTime) : MarketEvent;
