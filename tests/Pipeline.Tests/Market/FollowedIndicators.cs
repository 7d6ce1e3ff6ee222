using StockPipeline.Contracts.Topics;

namespace StockPipeline.PipelineTests.Market;

/// <summary>
/// The indicators that are followed through everything beside MACD. Each repairs differently: by what it remembers for ever, by its window, by its
/// turns, by its session.
/// </summary>
internal static class FollowedIndicators
{
    public static readonly string[] Slugs = ["rsi", "bollinger", "sar", "vwap"];

    /// <summary>What INDICATORS is told.</summary>
    public static string Setting => string.Join(' ', Slugs);

    public static PipelineTopics Topics => new(PipelineTopics.DefaultConfigTopic, PipelineTopics.DefaultMacdPrefix, Slugs);
}
