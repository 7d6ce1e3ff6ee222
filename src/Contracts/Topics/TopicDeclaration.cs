using System.Globalization;

namespace StockPipeline.Contracts.Topics;

/// <summary>All there is to know about one topic; what the services, init-topics.sh and the documentation agree on.</summary>
public sealed record TopicDeclaration
{
    public required string Name { get; init; }

    public required int Partitions { get; init; }

    public required CleanupPolicy Policy { get; init; }

    /// <summary>How long records are kept at least; null where the policy does not delete, or where Kafka's own limit is meant to hold.</summary>
    public TimeSpan? Retention { get; init; }

    /// <summary>How the topic is kept small; by its policy unless a topic needs something else.</summary>
    public TopicUpkeep? Upkeep { get; init; }

    /// <summary>How the key is written.</summary>
    public required string Key { get; init; }

    /// <summary>The records of the topic.</summary>
    public required IReadOnlyList<Type> Records { get; init; }

    /// <summary>Emptied and made anew each time the topics are initialised.</summary>
    public bool RecreatedAtInit { get; init; }

    /// <summary>The configuration Kafka is asked to hold, beside the number of partitions.</summary>
    public IReadOnlyDictionary<string, string> Configs
    {
        get
        {
            var upkeep = Upkeep ?? (Policy.HasFlag(CleanupPolicy.Compact) ? TopicUpkeep.Table : TopicUpkeep.Journal);
            var configs = new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["cleanup.policy"] = Policy switch
                {
                    CleanupPolicy.Delete => "delete",
                    CleanupPolicy.Compact => "compact",
                    CleanupPolicy.CompactAndDelete => "compact,delete",
                    _ => throw new InvalidOperationException($"Topic {Name} declares no cleanup policy."),
                },
                ["segment.bytes"] = upkeep.SegmentBytes.ToString(CultureInfo.InvariantCulture),
                ["segment.ms"] = Milliseconds(upkeep.SegmentAge),
            };
            if (Retention is { } retention)
                configs["retention.ms"] = Milliseconds(retention);
            if (upkeep.DirtyRatio is { } ratio)
                configs["min.cleanable.dirty.ratio"] = ratio.ToString(CultureInfo.InvariantCulture);
            if (upkeep.LongestWait is { } wait)
                (configs["max.compaction.lag.ms"], configs["min.compaction.lag.ms"]) = (Milliseconds(wait), "0");
            return configs;
        }
    }

    private static string Milliseconds(TimeSpan time) => ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}

/// <summary>What Kafka does with old records of a topic.</summary>
[Flags]
public enum CleanupPolicy
{
    None = 0,
    Delete = 1,
    Compact = 2,
    CompactAndDelete = Compact | Delete,
}
