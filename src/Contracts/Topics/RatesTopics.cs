using StockPipeline.Contracts.Rates;

namespace StockPipeline.Contracts.Topics;

/// <summary>The topics of exchange rates.</summary>
public static class RatesTopics
{
    /// <summary>The newest price of each pair at each source.</summary>
    public static TopicDeclaration Rates { get; } = new()
    {
        Name = "rates",
        Partitions = 6,
        Policy = CleanupPolicy.CompactAndDelete,
        Retention = TimeSpan.FromDays(7),
        Key = "pair/source",
        Records = [typeof(Rate)],
    };

    /// <summary>The rows of the table trade_info.</summary>
    public static TopicDeclaration TradeInfo { get; } = new()
    {
        Name = "trade-info",
        Partitions = 1,
        Policy = CleanupPolicy.Compact,
        Key = "id of the row",
        Records = [typeof(TradeInfo)],
    };

    public static IReadOnlyList<TopicDeclaration> All { get; } = [Rates, TradeInfo];
}
