using StockPipeline.Market.Contract;

namespace StockPipeline.Market.Streams;

/// <summary>The API has refused one subscription. It is asked again after the pause, for as long as it is wanted.</summary>
public sealed record SubscriptionRefused(StreamSubscription Subscription, SubscriptionStatus Status, TimeSpan AskedAgainIn) : MarketEvent
{
    /// <summary>The refusal is about the instrument or the interval itself and not about limits or passing trouble.</summary>
    public bool IsLasting => Status is SubscriptionStatus.InstrumentNotFound or SubscriptionStatus.IntervalIsInvalid
        or SubscriptionStatus.SourceIsInvalid or SubscriptionStatus.SubscriptionActionIsInvalid or SubscriptionStatus.DepthIsInvalid;
}
