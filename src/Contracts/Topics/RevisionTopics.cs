using StockPipeline.Contracts.Records;

namespace StockPipeline.Contracts.Topics;

/// <summary>The log of corrections.</summary>
public static class RevisionTopics
{
    /// <summary>How long is known what was known.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    /// <summary>Closed candles as they stood before they were corrected, of all intervals.</summary>
    public static TopicDeclaration CandleRevisions { get; } = new()
    {
        Name = "candle-revisions",
        Partitions = PipelineTopics.SeriesPartitions,
        Policy = CleanupPolicy.CompactAndDelete,
        Retention = Kept,
        Key = "FIGI/interval/openTime/until",
        Records = [typeof(CandleRevision)],
    };

    public static IReadOnlyList<TopicDeclaration> All { get; } = [CandleRevisions];
}
