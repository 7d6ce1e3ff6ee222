using System.Globalization;
using StockPipeline.Broker.Log;

namespace StockPipeline.Broker.Topics;

/// <summary>Every topic config this broker knows, with Kafka's defaults and ranges, and what it is to a log.</summary>
internal static class KnownConfigs
{
    private const long Day = 86_400_000;

    /// <summary>By name. The last eight are kept and shown, so that scripts written for Apache Kafka run, but without an effect here.</summary>
    private static readonly SortedDictionary<string, ConfigDefinition> Definitions = new(new ConfigDefinition[]
    {
        new("cleanup.policy", ConfigType.List, "delete", SetPolicies, Words: ["compact", "delete"]),
        new("retention.ms", ConfigType.Long, 7 * Day, min: -1, (log, value) => log with { RetentionMs = value }),
        new("retention.bytes", ConfigType.Long, -1, min: long.MinValue, (log, value) => log with { RetentionBytes = value }),
        new("segment.bytes", ConfigType.Int, 1_073_741_824, min: 14, (log, value) => log with { SegmentBytes = (int)value }),
        new("segment.ms", ConfigType.Long, 7 * Day, min: 1, (log, value) => log with { SegmentMs = value }),
        new("max.message.bytes", ConfigType.Int, 1_048_588, min: 0, (log, value) => log with { MaxMessageBytes = (int)value }),
        new("delete.retention.ms", ConfigType.Long, Day, min: 0, (log, value) => log with { DeleteRetentionMs = value }),
        new("min.compaction.lag.ms", ConfigType.Long, 0, min: 0, (log, value) => log with { MinCompactionLagMs = value }),
        new("max.compaction.lag.ms", ConfigType.Long, long.MaxValue, min: 1, (log, value) => log with { MaxCompactionLagMs = value }),
        new("min.cleanable.dirty.ratio", ConfigType.Double, "0.5", SetDirtyRatio),
        new("message.timestamp.type", ConfigType.Text, "CreateTime", SetTimestampType, Words: ["CreateTime", "LogAppendTime"]),
        new("message.timestamp.before.max.ms", ConfigType.Long, long.MaxValue, min: 0, (log, value) => log with { TimestampBeforeMaxMs = value }),
        new("message.timestamp.after.max.ms", ConfigType.Long, 3_600_000, min: 0, (log, value) => log with { TimestampAfterMaxMs = value }),
        new("flush.messages", ConfigType.Long, long.MaxValue, min: 1, (log, value) => log with { FlushMessages = value }),
        new("flush.ms", ConfigType.Long, long.MaxValue, min: 0, (log, value) => log with { FlushMs = value }),
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

    private static LogSettings SetPolicies(LogSettings log, string value)
    {
        var policies = ConfigDefinition.Items(value);
        return log with { Delete = policies.Contains("delete"), Compact = policies.Contains("compact") };
    }

    private static LogSettings SetDirtyRatio(LogSettings log, string value) =>
        log with { MinCleanableDirtyRatio = double.Parse(ConfigDefinition.Bare(value), CultureInfo.InvariantCulture) };

    private static LogSettings SetTimestampType(LogSettings log, string value) =>
        log with { LogAppendTime = ConfigDefinition.Bare(value) == "LogAppendTime" };
}

/// <summary>The broker's own settings under the names Kafka's tools know; read-only, set where the broker is started.</summary>
internal static class BrokerConfigs
{
    public static (string Name, string Value, ConfigType Type)[] Of(BrokerOptions options) =>
    [
        ("auto.create.topics.enable", options.AutoCreateTopics ? "true" : "false", ConfigType.Boolean),
        ("connections.max.idle.ms", Text((long)options.Limits.Idle.TotalMilliseconds), ConfigType.Long),
        ("default.replication.factor", "1", ConfigType.Int),
        ("listeners", $"PLAINTEXT://{options.Listen}", ConfigType.Text),
        ("log.dirs", Path.GetFullPath(options.DataFolder), ConfigType.Text),
        ("max.connections", Text(options.Limits.MaxConnections), ConfigType.Int),
        ("node.id", "1", ConfigType.Int),
        ("num.partitions", Text(options.DefaultPartitions), ConfigType.Int),
        ("socket.request.max.bytes", Text(options.Limits.MaxFrameBytes), ConfigType.Int),
    ];

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
