namespace StockPipeline.Broker.Topics;

/// <summary>Every topic config this broker knows, with Kafka's defaults and ranges.</summary>
internal static class TopicConfigKeys
{
    public const string CleanupPolicy = "cleanup.policy";
    public const string RetentionMs = "retention.ms";
    public const string RetentionBytes = "retention.bytes";
    public const string SegmentBytes = "segment.bytes";
    public const string SegmentMs = "segment.ms";
    public const string MaxMessageBytes = "max.message.bytes";
    public const string DeleteRetentionMs = "delete.retention.ms";
    public const string MinCompactionLagMs = "min.compaction.lag.ms";
    public const string MaxCompactionLagMs = "max.compaction.lag.ms";
    public const string MinCleanableDirtyRatio = "min.cleanable.dirty.ratio";
    public const string TimestampType = "message.timestamp.type";
    public const string TimestampBeforeMaxMs = "message.timestamp.before.max.ms";
    public const string TimestampAfterMaxMs = "message.timestamp.after.max.ms";
    public const string FlushMessages = "flush.messages";
    public const string FlushMs = "flush.ms";

    public const string Delete = "delete";
    public const string Compact = "compact";
    public const string LogAppendTime = "LogAppendTime";

    private const long Day = 86_400_000;

    private static readonly SortedDictionary<string, ConfigDefinition> Definitions = new(StringComparer.Ordinal);

    static TopicConfigKeys()
    {
        foreach (var definition in Obeyed().Concat(KeptOnly()))
            Definitions.Add(definition.Name, definition);
    }

    public static IReadOnlyCollection<ConfigDefinition> All => Definitions.Values;

    public static ConfigDefinition? Find(string name) => Definitions.GetValueOrDefault(name);

    private static IEnumerable<ConfigDefinition> Obeyed() =>
    [
        ConfigDefinition.List(CleanupPolicy, Delete, Compact, Delete),
        ConfigDefinition.Long(RetentionMs, 7 * Day, min: -1),
        ConfigDefinition.Long(RetentionBytes, -1, min: long.MinValue),
        ConfigDefinition.Int(SegmentBytes, 1_073_741_824, min: 14),
        ConfigDefinition.Long(SegmentMs, 7 * Day, min: 1),
        ConfigDefinition.Int(MaxMessageBytes, 1_048_588, min: 0),
        ConfigDefinition.Long(DeleteRetentionMs, Day, min: 0),
        ConfigDefinition.Long(MinCompactionLagMs, 0, min: 0),
        ConfigDefinition.Long(MaxCompactionLagMs, long.MaxValue, min: 1),
        ConfigDefinition.Ratio(MinCleanableDirtyRatio, "0.5"),
        ConfigDefinition.Choice(TimestampType, "CreateTime", "CreateTime", LogAppendTime),
        ConfigDefinition.Long(TimestampBeforeMaxMs, long.MaxValue, min: 0),
        ConfigDefinition.Long(TimestampAfterMaxMs, 3_600_000, min: 0),
        ConfigDefinition.Long(FlushMessages, long.MaxValue, min: 1),
        ConfigDefinition.Long(FlushMs, long.MaxValue, min: 0),
    ];

    /// <summary>
    /// Kept and shown, so that scripts written for Apache Kafka run, but without an effect on one node that stores batches as they come.
    /// </summary>
    private static IEnumerable<ConfigDefinition> KeptOnly() =>
    [
        ConfigDefinition.Choice("compression.type", "producer", "uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"),
        ConfigDefinition.Int("min.insync.replicas", 1, min: 1),
        ConfigDefinition.Long("file.delete.delay.ms", 60_000, min: 0),
        ConfigDefinition.Int("index.interval.bytes", 4096, min: 0),
        ConfigDefinition.Int("segment.index.bytes", 10_485_760, min: 4),
        ConfigDefinition.Long("segment.jitter.ms", 0, min: 0),
        ConfigDefinition.Boolean("unclean.leader.election.enable", false),
        ConfigDefinition.Boolean("preallocate", false),
    ];
}
