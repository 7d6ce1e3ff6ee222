using Confluent.Kafka;

namespace StockPipeline.Streaming.Decoding;

/// <summary>Keys as they are; a missing key is an empty one.</summary>
internal sealed class KeyBytes : IDeserializer<byte[]>
{
    public static readonly KeyBytes Instance = new();

    public byte[] Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context) => data.ToArray();
}
