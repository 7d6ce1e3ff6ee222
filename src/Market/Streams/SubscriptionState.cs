namespace StockPipeline.Market.Streams;

/// <summary>Where a subscription stands on the present stream.</summary>
internal enum SubscriptionState
{
    Absent,
    Asked,
    Active,
    Leaving,
}
