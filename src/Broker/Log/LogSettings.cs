namespace StockPipeline.Broker.Log;

/// <summary>
/// The topic configs a log obeys, in Kafka's own units and ranges (-1 is no limit, the largest long is never):
/// a TimeSpan could not hold them. Immutable; a changed topic hands its logs a new one.
/// </summary>
internal sealed record LogSettings
{
    public const long Never = long.MaxValue;

    public bool Delete { get; init; } = true;

    public bool Compact { get; init; }

    public long RetentionMs { get; init; } = 604_800_000;

    public long RetentionBytes { get; init; } = -1;

    public int SegmentBytes { get; init; } = 1_073_741_824;

    public long SegmentMs { get; init; } = 604_800_000;

    public int MaxMessageBytes { get; init; } = 1_048_588;

    public long DeleteRetentionMs { get; init; } = 86_400_000;

    public long MinCompactionLagMs { get; init; }

    public long MaxCompactionLagMs { get; init; } = Never;

    public double MinCleanableDirtyRatio { get; init; } = 0.5;

    public bool LogAppendTime { get; init; }

    public long TimestampBeforeMaxMs { get; init; } = Never;

    public long TimestampAfterMaxMs { get; init; } = 3_600_000;

    /// <summary>An append answers only when at most this many records less one are not flushed.</summary>
    public long FlushMessages { get; init; } = Never;

    public long FlushMs { get; init; } = Never;

    /// <summary>
    /// How old a segment becomes while it is written. A compacted log must close its segments in time for the compaction lag it promises.
    /// </summary>
    public long RollMs => Compact ? Math.Min(SegmentMs, MaxCompactionLagMs) : SegmentMs;
}

/// <summary>When appended batches are forced to the disk. The death of the process loses nothing under any of them.</summary>
public enum FlushPolicy
{
    /// <summary>As Kafka does by default: the operating system writes back when it likes. A power loss costs what it had not written.</summary>
    Os,

    /// <summary>A power loss costs at most the last interval.</summary>
    Interval,

    /// <summary>Nothing is acknowledged before it is on the disk; appends that wait together share one flush.</summary>
    Always,
}
