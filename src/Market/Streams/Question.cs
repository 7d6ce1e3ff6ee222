namespace StockPipeline.Market.Streams;

/// <summary>
/// What the API has been asked and has not answered in full. An answer does not name its question, so only one is under way at a time: then no
/// answer, however late, is taken for that to another.
/// </summary>
internal sealed class Question(IReadOnlyList<SubscriptionEntry> entries, TimeSpan askedAt, DateTimeOffset? audit)
{
    /// <summary>The subscriptions it is about; none when it is about all, or about what nobody here knows.</summary>
    public IReadOnlyList<SubscriptionEntry> Entries { get; } = entries;

    /// <summary>For an audit, the market time at which it was asked.</summary>
    public DateTimeOffset? Audit { get; } = audit;

    /// <summary>When it was asked or last answered in part.</summary>
    public TimeSpan LastHeard { get; private set; } = askedAt;

    public bool IsAnsweredInPart { get; private set; }

    public bool IsAnsweredInFull => IsAnsweredInPart && Entries.All(entry => entry.State is SubscriptionState.Active or SubscriptionState.Absent);

    public void Heard(TimeSpan now)
    {
        LastHeard = now;
        IsAnsweredInPart = true;
    }
}
