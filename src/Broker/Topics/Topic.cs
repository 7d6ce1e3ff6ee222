using StockPipeline.Broker.Log;

namespace StockPipeline.Broker.Topics;

/// <summary>A topic as requests see it: one state, replaced as a whole when partitions are added or configs change. Immutable.</summary>
internal sealed record Topic(string Name, Guid Id, TopicConfig Config, IReadOnlyList<PartitionLog> Partitions)
{
    /// <summary>The log of a partition, or null when the topic has no such partition.</summary>
    public PartitionLog? Find(int partition) => (uint)partition < (uint)Partitions.Count ? Partitions[partition] : null;
}
