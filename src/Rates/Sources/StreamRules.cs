namespace StockPipeline.Rates.Sources;

/// <summary>What a streaming source asks of its clients, and what is expected of it.</summary>
public sealed record StreamRules
{
    /// <summary>Feeds of one connection; more take further ones.</summary>
    public required int FeedsPerConnection { get; init; }

    /// <summary>The pause between two messages of ours.</summary>
    public required TimeSpan BetweenMessages { get; init; }

    /// <summary>A connection this old is replaced by a new one before the source ends it.</summary>
    public required TimeSpan LongestConnection { get; init; }

    /// <summary>A connection on which nothing at all has come for so long is dead.</summary>
    public required TimeSpan LinkSilence { get; init; }

    /// <summary>A feed that has sent nothing for so long is asked for anew.</summary>
    public required TimeSpan FeedSilence { get; init; }

    /// <summary>How often <see cref="StreamModule.Ping"/> is sent.</summary>
    public TimeSpan PingEvery { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often the list of what is traded is looked at.</summary>
    public TimeSpan ListingEvery { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A longer message ends the connection.</summary>
    public int LargestFrame { get; init; } = 1 << 20;
}
