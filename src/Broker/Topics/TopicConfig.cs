using System.Collections.Frozen;
using StockPipeline.Broker.Log;
using StockPipeline.Broker.Protocol;

namespace StockPipeline.Broker.Topics;

/// <summary>The configs set on one topic, checked, and what they mean for its logs. Immutable.</summary>
internal sealed class TopicConfig
{
    private TopicConfig(IReadOnlyDictionary<string, string> overrides)
    {
        Overrides = overrides.ToFrozenDictionary(StringComparer.Ordinal);
        Settings = KnownConfigs.All.Aggregate(
            new LogSettings(), (log, definition) => definition.Set?.Invoke(log, this[definition.Name]) ?? log);
    }

    /// <summary>What was set; everything else has its default.</summary>
    public FrozenDictionary<string, string> Overrides { get; }

    public LogSettings Settings { get; }

    public string this[string name] => Overrides.GetValueOrDefault(name) ?? KnownConfigs.Find(name)!.Default;

    public ConfigSource SourceOf(string name) => Overrides.ContainsKey(name) ? ConfigSource.Topic : ConfigSource.Default;

    /// <summary>Checks every value as Kafka does and throws <see cref="RefusedException"/> for the first that does not fit.</summary>
    public static TopicConfig From(IReadOnlyDictionary<string, string> overrides, int minSegmentBytes)
    {
        foreach (var (name, value) in overrides)
            (KnownConfigs.Find(name) ?? throw Invalid($"Unknown topic config name: {name}")).Check(value);
        var config = new TopicConfig(overrides);
        if (config.Settings.SegmentBytes < minSegmentBytes)
        {
            throw Invalid(
                $"Invalid value {config.Settings.SegmentBytes} for configuration segment.bytes: Value must be at least {minSegmentBytes}");
        }
        if (config.Settings.MinCompactionLagMs > config.Settings.MaxCompactionLagMs)
        {
            throw Invalid($"conflict topic config setting min.compaction.lag.ms ({config.Settings.MinCompactionLagMs})"
                + $" > max.compaction.lag.ms ({config.Settings.MaxCompactionLagMs})");
        }
        return config;
    }

    private static RefusedException Invalid(string message) => new(ErrorCode.InvalidConfig, message);
}
