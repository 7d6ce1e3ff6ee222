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

    /// <summary>By name. The last eight are kept and shown, so that scripts written for Apache Kafka run, but without an effect here.</summary>
    private static readonly SortedDictionary<string, ConfigDefinition> Definitions = new(new ConfigDefinition[]
    {
        new(CleanupPolicy, ConfigType.List, Delete, Words: [Compact, Delete]),
        new(RetentionMs, ConfigType.Long, 7 * Day, min: -1),
        new(RetentionBytes, ConfigType.Long, -1, min: long.MinValue),
        new(SegmentBytes, ConfigType.Int, 1_073_741_824, min: 14),
        new(SegmentMs, ConfigType.Long, 7 * Day, min: 1),
        new(MaxMessageBytes, ConfigType.Int, 1_048_588, min: 0),
        new(DeleteRetentionMs, ConfigType.Long, Day, min: 0),
        new(MinCompactionLagMs, ConfigType.Long, 0, min: 0),
        new(MaxCompactionLagMs, ConfigType.Long, long.MaxValue, min: 1),
        new(MinCleanableDirtyRatio, ConfigType.Double, "0.5"),
        new(TimestampType, ConfigType.Text, "CreateTime", Words: ["CreateTime", LogAppendTime]),
        new(TimestampBeforeMaxMs, ConfigType.Long, long.MaxValue, min: 0),
        new(TimestampAfterMaxMs, ConfigType.Long, 3_600_000, min: 0),
        new(FlushMessages, ConfigType.Long, long.MaxValue, min: 1),
        new(FlushMs, ConfigType.Long, long.MaxValue, min: 0),
        new("compression.type", ConfigType.Text, "producer", Words: ["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"]),
        new("min.insync.replicas", ConfigType.Int, 1, min: 1),
        new("file.delete.delay.ms", ConfigType.Long, 60_000, min: 0),
        new("index.interval.bytes", ConfigType.Int, 4096, min: 0),
        new("segment.index.bytes", ConfigType.Int, 10_485_760, min: 4),
        new("segment.jitter.ms", ConfigType.Long, 0, min: 0),
        new("unclean.leader.election.enable", ConfigType.Boolean, "false", Words: ["true", "false"]),
        new("preallocate", ConfigType.Boolean, "false", Words: ["true", "false"]),
    }.ToDictionary(definition => definition.Name), StringComparer.Ordinal);

    public static IReadOnlyCollection<ConfigDefinition> All => Definitions.Values;

    public static ConfigDefinition? Find(string name) => Definitions.GetValueOrDefault(name);
}
