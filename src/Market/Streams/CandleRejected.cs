namespace StockPipeline.Market.Streams;

/// <summary>A message that makes no candle. Its slot will have to come from history.</summary>
public sealed record CandleRejected(StreamSubscription Subscription, string Reason) : MarketEvent;
