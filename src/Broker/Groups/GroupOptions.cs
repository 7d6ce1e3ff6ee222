using StockPipeline.Broker.Log;

namespace StockPipeline.Broker.Groups;

/// <summary>The limits and times of consumer groups, named as Kafka's settings are.</summary>
public sealed record GroupOptions
{
    public TimeSpan MinSessionTimeout { get; init; } = TimeSpan.FromSeconds(6);

    public TimeSpan MaxSessionTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a new member may wait for its first rebalance before it counts as gone.</summary>
    public TimeSpan NewMemberJoinTimeout { get; init; } = TimeSpan.FromMinutes(5);

    public TimeSpan OffsetsRetention { get; init; } = TimeSpan.FromDays(7);

    public TimeSpan OffsetsRetentionCheckInterval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Characters of the note a client may commit with an offset.</summary>
    public int MaxOffsetMetadataLength { get; init; } = 4096;

    /// <summary>Characters of a group id, an instance id or the name of a protocol.</summary>
    public int MaxNameLength { get; init; } = 1024;

    /// <summary>Members of one group, and as many member ids given out but not used yet.</summary>
    public int MaxGroupSize { get; init; } = 1000;

    public int MaxGroups { get; init; } = 10_000;

    /// <summary>Subscriptions of all members of one group together, and the same again for their assignments.</summary>
    public int MaxGroupBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>When what was acknowledged is forced to the disk; the broker's policy for its logs.</summary>
    internal FlushPolicy Flush { get; init; } = FlushPolicy.Interval;
}
