using StockPipeline.Contracts.Records;

namespace StockPipeline.Contracts.Topics;

/// <summary>What people say of indicators while the pipeline runs.</summary>
public static class IndicatorTopics
{
    /// <summary>The indicators that are calculated beside those of INDICATORS.</summary>
    public static TopicDeclaration Promoted { get; } = new()
    {
        Name = "promoted-indicators", Partitions = 1, Policy = CleanupPolicy.Compact, Key = "indicator, as topics name it",
        Records = [typeof(PromotedIndicator)],
    };

    public static IReadOnlyList<TopicDeclaration> All { get; } = [Promoted];
}
