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
