using StockPipeline.Contracts.Alerts;

namespace StockPipeline.Contracts.Topics;

/// <summary>The topics of alerts, and of the bot that delivers them.</summary>
public static class AlertTopics
{
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(30);

    /// <summary>Who wants to hear of what.</summary>
    public static TopicDeclaration Rules { get; } = new()
    {
        Name = "alerts", Partitions = 1, Policy = CleanupPolicy.Compact, Key = "owner/id", Records = [typeof(AlertRule)],
    };

    /// <summary>What happened; partitioned as the candles are, so that whoever has those has these.</summary>
    public static TopicDeclaration Events { get; } = new()
    {
        Name = "alert-events", Partitions = PipelineTopics.SeriesPartitions, Policy = CleanupPolicy.CompactAndDelete, Retention = Remembered,
        Key = "FIGI/owner/id/openTime", Records = [typeof(AlertEvent)],
    };

    /// <summary>The chats that have spoken with the bot.</summary>
    public static TopicDeclaration Chats { get; } = new()
    {
        Name = "telegram-chats", Partitions = 1, Policy = CleanupPolicy.Compact, Key = "chat", Records = [typeof(ChatState)],
    };

    /// <summary>What became of each event in each chat.</summary>
    public static TopicDeclaration Messages { get; } = new()
    {
        Name = "telegram-messages", Partitions = 1, Policy = CleanupPolicy.CompactAndDelete, Retention = Remembered, Key = "chat/event",
        Records = [typeof(ChatMessage)],
    };

    /// <summary>Codes by which a chat is linked to an account.</summary>
    public static TopicDeclaration Links { get; } = new()
    {
        Name = "telegram-links", Partitions = 1, Policy = CleanupPolicy.CompactAndDelete, Retention = TimeSpan.FromDays(1), Key = "hash of the code",
        Records = [typeof(ChatLink)],
    };

    /// <summary>All of them, in the order they are created.</summary>
    public static IReadOnlyList<TopicDeclaration> All { get; } = [Rules, Events, Chats, Messages, Links];
}
