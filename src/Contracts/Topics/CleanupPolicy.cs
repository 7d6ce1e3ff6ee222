namespace StockPipeline.Contracts.Topics;

/// <summary>What Kafka does with old records of a topic.</summary>
[Flags]
public enum CleanupPolicy
{
    None = 0,
    Delete = 1,
    Compact = 2,
    CompactAndDelete = Compact | Delete,
}
