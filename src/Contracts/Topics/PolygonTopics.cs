using StockPipeline.Contracts.Records;

namespace StockPipeline.Contracts.Topics;

/// <summary>What those who ask polygon.io agree by.</summary>
public static class PolygonTopics
{
    /// <summary>Who asks next with the one key that all have.</summary>
    public static TopicDeclaration Turns { get; } = new()
    {
        Name = "polygon-turns", Partitions = 1, Policy = CleanupPolicy.Delete, Retention = TimeSpan.FromDays(1), Key = "turn id",
        Records = [typeof(RequestTurn)],
    };

    public static IReadOnlyList<TopicDeclaration> All { get; } = [Turns];
}
