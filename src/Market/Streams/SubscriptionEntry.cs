namespace StockPipeline.Market.Streams;

/// <summary>What is known of one subscription. Belongs to the <see cref="SubscriptionBook"/>, which guards it.</summary>
internal sealed class SubscriptionEntry(StreamSubscription subscription)
{
    public StreamSubscription Subscription { get; } = subscription;

    public SubscriptionState State { get; set; }

    public bool Wanted { get; set; } = true;

    /// <summary>Everything traded up to here has arrived or was told as missed; unset until the first confirmation.</summary>
    public DateTimeOffset? Proven { get; set; }

    /// <summary>Not asked for again before this.</summary>
    public TimeSpan NotBefore { get; set; }

    public void Prove(DateTimeOffset until)
    {
        if (Proven is { } proven && until > proven)
            Proven = until;
    }
}
