namespace StockPipeline.Market.Streams;

/// <summary>
/// Something a market stream tells its owner: <see cref="CandleReceived"/>, <see cref="CandleRejected"/>, <see cref="Subscribed"/>,
/// <see cref="SpanMissed"/>, <see cref="SubscriptionRefused"/>, <see cref="Connected"/>, <see cref="Heartbeat"/> or
/// <see cref="ConnectionLost"/>.
/// </summary>
public abstract record MarketEvent
{
    private protected MarketEvent()
    {
    }
}
