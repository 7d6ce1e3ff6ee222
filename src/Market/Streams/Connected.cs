namespace StockPipeline.Market.Streams;

/// <summary>The server has answered on a new stream; subscriptions are confirmed one by one after this.</summary>
public sealed record Connected(DateTimeOffset At) : MarketEvent;
