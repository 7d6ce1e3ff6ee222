namespace StockPipeline.Market.Streams;

/// <summary>The API has confirmed a subscription: what trades after this instant arrives, as long as nothing else is said.</summary>
public sealed record Subscribed(StreamSubscription Subscription, DateTimeOffset At) : MarketEvent;
