using StockPipeline.Contracts.Connections;

namespace StockPipeline.Streaming.Groups;

/// <summary>The limits and rhythms of a group processor.</summary>
public sealed record GroupOptions
{
    public static readonly GroupOptions Default = new();

    public GroupOrder Order { get; init; } = GroupOrder.ByPartition;

    /// <summary>Records handled at the same time, over all partitions. A partition with a slow or failing record occupies one.</summary>
    public int Workers { get; init; } = 16;

    /// <summary>
    /// With <see cref="GroupOrder.ByKey"/>: how many keys of a partition can be handled independently of each other; keys beyond share. Null for as
    /// many as there are workers, which is enough where all records take about as long.
    /// </summary>
    public int? Lanes { get; init; }

    /// <summary>
    /// Records of one partition taken up and not yet committable; at the limit the partition is paused until half of them are done.
    /// </summary>
    public int MaxInFlight { get; init; } = 2_000;

    /// <summary>Besides <see cref="TransientFailureException"/>: failures of the handler that are tried again.</summary>
    public Func<Exception, bool> IsTransient { get; init; } = static _ => false;

    /// <summary>The pauses between tries, and after how many the failure ends the processor after all.</summary>
    public BackoffLimits Retry { get; init; } = BackoffLimits.Patient;

    /// <summary>
    /// How long records being handled may take to finish when their partition is taken away or the processor stops; then they are broken off,
    /// and whoever has the partition next handles them again.
    /// </summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often finished work is committed.</summary>
    public TimeSpan CommitInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the group waits for a member that has fallen silent.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often it is checked that the topic is still the same one and not newly created under the old name.</summary>
    public TimeSpan IdentityInterval { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>Within what records are handled one after the other.</summary>
public enum GroupOrder
{
    /// <summary>A partition's records follow each other.</summary>
    ByPartition,

    /// <summary>Records of one key follow each other; other keys of the partition may overtake them.</summary>
    ByKey,
}
