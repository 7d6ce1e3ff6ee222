namespace StockPipeline.Broker.Groups;

/// <summary>How far a group has come in one partition. <paramref name="ExpiresAt"/> is set only by clients of old that choose a retention.</summary>
internal sealed record CommittedOffset(long Offset, int LeaderEpoch, string Metadata, DateTimeOffset CommittedAt, DateTimeOffset? ExpiresAt = null);
