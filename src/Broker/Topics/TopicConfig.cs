using System.Collections.Frozen;
using System.Globalization;
using StockPipeline.Broker.Log;
using StockPipeline.Broker.Protocol;

namespace StockPipeline.Broker.Topics;

/// <summary>The configs set on one topic, checked, and what they mean for its logs. Immutable.</summary>
internal sealed class TopicConfig
{
    private TopicConfig(IReadOnlyDictionary<string, string> overrides)
    {
        Overrides = overrides.ToFrozenDictionary(StringComparer.Ordinal);
        Settings = ToSettings();
    }

    /// <summary>What was set; everything else has its default.</summary>
    public FrozenDictionary<string, string> Overrides { get; }

    public LogSettings Settings { get; }

    public string this[string name] => Overrides.GetValueOrDefault(name) ?? TopicConfigKeys.Find(name)!.Default;

    public ConfigSource SourceOf(string name) => Overrides.ContainsKey(name) ? ConfigSource.Topic : ConfigSource.Default;

    /// <summary>Checks every value as Kafka does and throws <see cref="RefusedException"/> for the first that does not fit.</summary>
    public static TopicConfig From(IReadOnlyDictionary<string, string> overrides, int minSegmentBytes)
    {
        foreach (var (name, value) in overrides)
            (TopicConfigKeys.Find(name) ?? throw Invalid($"Unknown topic config name: {name}")).Check(value);
        var config = new TopicConfig(overrides);
        if (config.Settings.SegmentBytes < minSegmentBytes)
        {
            throw Invalid($"Invalid value {config.Settings.SegmentBytes} for configuration {TopicConfigKeys.SegmentBytes}:"
                + $" Value must be at least {minSegmentBytes}");
        }
        if (config.Settings.MinCompactionLagMs > config.Settings.MaxCompactionLagMs)
        {
            throw Invalid($"conflict topic config setting {TopicConfigKeys.MinCompactionLagMs} ({config.Settings.MinCompactionLagMs})"
                + $" > {TopicConfigKeys.MaxCompactionLagMs} ({config.Settings.MaxCompactionLagMs})");
        }
        return config;
    }

    private static RefusedException Invalid(string message) => new(ErrorCode.InvalidConfig, message);

    private LogSettings ToSettings()
    {
        var policies = ConfigDefinition.Items(this[TopicConfigKeys.CleanupPolicy]);
        return new LogSettings
        {
            Delete = policies.Contains(TopicConfigKeys.Delete),
            Compact = policies.Contains(TopicConfigKeys.Compact),
            RetentionMs = Number(TopicConfigKeys.RetentionMs),
            RetentionBytes = Number(TopicConfigKeys.RetentionBytes),
            SegmentBytes = (int)Number(TopicConfigKeys.SegmentBytes),
            SegmentMs = Number(TopicConfigKeys.SegmentMs),
            MaxMessageBytes = (int)Number(TopicConfigKeys.MaxMessageBytes),
            DeleteRetentionMs = Number(TopicConfigKeys.DeleteRetentionMs),
            MinCompactionLagMs = Number(TopicConfigKeys.MinCompactionLagMs),
            MaxCompactionLagMs = Number(TopicConfigKeys.MaxCompactionLagMs),
            MinCleanableDirtyRatio = double.Parse(this[TopicConfigKeys.MinCleanableDirtyRatio], CultureInfo.InvariantCulture),
            LogAppendTime = this[TopicConfigKeys.TimestampType].Trim() == TopicConfigKeys.LogAppendTime,
            TimestampBeforeMaxMs = Number(TopicConfigKeys.TimestampBeforeMaxMs),
            TimestampAfterMaxMs = Number(TopicConfigKeys.TimestampAfterMaxMs),
            FlushMessages = Number(TopicConfigKeys.FlushMessages),
            FlushMs = Number(TopicConfigKeys.FlushMs),
        };
    }

    private long Number(string name) => long.Parse(this[name], NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite
        | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
}
