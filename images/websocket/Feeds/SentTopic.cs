using System.Diagnostics.CodeAnalysis;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.Indicators.Catalogue;

namespace StockPipeline.Websocket.Feeds;

/// <summary>The topic whose values are sent.</summary>
/// <param name="Interval">Of its candles.</param>
/// <param name="Indicator">What it holds; null for MACD, which has a record of its own.</param>
internal sealed record SentTopic(Interval Interval, Indicator? Indicator)
{
    /// <summary>What belongs into TOPIC.</summary>
    public static string Allowed(PipelineTopics topics) =>
        $"{topics.Macd(Interval.OneMinute).Name}, {PipelineTopics.OfIndicator("rsi", Interval.OneMinute).Name} and the like, of the intervals "
        + $"{string.Join(", ", Interval.All.Select(interval => interval.Name))} and any indicator that ./topics indicators names";

    public static bool TryParse(PipelineTopics topics, string text, [NotNullWhen(true)] out SentTopic? topic)
    {
        topic = null;
        if (Interval.All.FirstOrDefault(interval => topics.Macd(interval).Name == text) is { } macd)
            topic = new SentTopic(macd, null);
        else if (PipelineTopics.TryReadIndicator(text, out var slug, out var interval) && IndicatorCatalogue.TryParseSlug(slug, out var indicator))
            topic = new SentTopic(interval, indicator);
        return topic is not null;
    }

    public TopicDeclaration Declaration(PipelineTopics topics) =>
        Indicator is null ? topics.Macd(Interval) : PipelineTopics.OfIndicator(Indicator.Slug, Interval);
}
