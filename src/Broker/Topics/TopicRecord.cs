using System.Text.Json;

namespace StockPipeline.Broker.Topics;

/// <summary>What is kept of a topic on disk, beside its logs.</summary>
internal sealed record TopicRecord(Guid Id, int Partitions, IReadOnlyDictionary<string, string> Configs)
{
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, TopicRecordJson.Default.TopicRecord);

    public static TopicRecord From(byte[] bytes) =>
        JsonSerializer.Deserialize(bytes, TopicRecordJson.Default.TopicRecord) ?? throw new InvalidDataException("A topic is recorded as null.");
}
