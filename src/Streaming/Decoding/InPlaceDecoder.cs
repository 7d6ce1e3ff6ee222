using Confluent.Kafka;

namespace StockPipeline.Streaming.Decoding;

/// <summary>Decodes values straight from the client's memory, without a copy of their bytes; what fails keeps its bytes for another try.</summary>
internal sealed class InPlaceDecoder(Func<string?, IValueSource> sourceOf) : IDeserializer<object?>
{
    public object? Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context) =>
        isNull ? null : Decode(sourceOf(context.Topic), data);

    /// <returns>The value, or <see cref="Undecoded"/>.</returns>
    public static object Decode(IValueSource source, ReadOnlySpan<byte> bytes)
    {
#pragma warning disable CA1031 // The failure travels with the bytes to the loop, which tells poison from an outage.
        try
        {
            return source.Decode(bytes);
        }
        catch (Exception failure)
        {
            return new Undecoded(bytes.ToArray(), failure);
        }
#pragma warning restore CA1031
    }
}

/// <summary>Keys as they are; a missing key is an empty one.</summary>
internal sealed class KeyBytes : IDeserializer<byte[]>
{
    public static readonly KeyBytes Instance = new();

    public byte[] Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context) => data.ToArray();
}

/// <summary>Whatever knows how the values of one topic are decoded.</summary>
internal interface IValueSource
{
    object Decode(ReadOnlySpan<byte> bytes);
}

/// <summary>What stands in place of a value that could not be decoded at once: its bytes, and why.</summary>
internal sealed record Undecoded(byte[] Bytes, Exception Reason);
