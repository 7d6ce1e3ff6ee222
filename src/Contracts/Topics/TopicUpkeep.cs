namespace StockPipeline.Contracts.Topics;

/// <summary>
/// Says how Kafka keeps a topic small. It compacts and deletes closed segments only, so that the open one decides what a reader meets at its
/// start beside the last record of every key.
/// </summary>
public sealed record TopicUpkeep
{
    /// <summary>
    /// For tables: what changes within a minute is compacted soon after. Beside the one record of each key a reader meets a quarter as much that
    /// waits for the next pass, and the open segment.
    /// </summary>
    public static readonly TopicUpkeep Table = new()
    {
        SegmentBytes = 2 * Mebibyte, SegmentAge = TimeSpan.FromMinutes(1), DirtyRatio = 0.2, LongestWait = TimeSpan.FromHours(1),
    };

    /// <summary>For topics whose records go by their age alone: a day is the finest that anybody asks for.</summary>
    public static readonly TopicUpkeep Journal = new() { SegmentBytes = 32 * Mebibyte, SegmentAge = TimeSpan.FromDays(1) };

    private const int Mebibyte = 1024 * 1024;

    /// <summary>How large the open segment becomes.</summary>
    public required int SegmentBytes { get; init; }

    /// <summary>How old the open segment becomes while something is written to it.</summary>
    public required TimeSpan SegmentAge { get; init; }

    /// <summary>
    /// The share of closed segments not yet compacted from which on a pass is worth its work; null for topics that are not compacted.
    /// </summary>
    public double? DirtyRatio { get; init; }

    /// <summary>How long what was replaced or removed waits for a pass at most; null for topics that are not compacted.</summary>
    public TimeSpan? LongestWait { get; init; }
}
