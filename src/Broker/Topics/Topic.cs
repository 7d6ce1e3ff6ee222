using System.Text.Json;
using System.Text.Json.Serialization;
using StockPipeline.Broker.Log;

namespace StockPipeline.Broker.Topics;

/// <summary>A topic as requests see it: one state, replaced as a whole when partitions are added or configs change. Immutable.</summary>
internal sealed record Topic(string Name, Guid Id, TopicConfig Config, IReadOnlyList<PartitionLog> Partitions)
{
    /// <summary>The log of a partition, or null when the topic has no such partition.</summary>
    public PartitionLog? Find(int partition) => (uint)partition < (uint)Partitions.Count ? Partitions[partition] : null;
}

/// <summary>What is kept of a topic on disk, beside its logs.</summary>
internal sealed record TopicRecord(Guid Id, int Partitions, IReadOnlyDictionary<string, string> Configs)
{
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, TopicRecordJson.Default.TopicRecord);

    public static TopicRecord From(byte[] bytes) =>
        JsonSerializer.Deserialize(bytes, TopicRecordJson.Default.TopicRecord) ?? throw new InvalidDataException("A topic is recorded as null.");
}

/// <summary>The serializer of <see cref="TopicRecord"/>, made at compile time.</summary>
[JsonSerializable(typeof(TopicRecord))]
internal sealed partial class TopicRecordJson : JsonSerializerContext;
