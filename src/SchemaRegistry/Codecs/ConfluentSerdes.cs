using System.Buffers;
using Confluent.Kafka;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Serialization;

namespace StockPipeline.SchemaRegistry.Codecs;

/// <summary>
/// Offers a codec to whoever has a producer or a consumer of Confluent's own: <c>SetValueSerializer</c> and <c>SetValueDeserializer</c> take it.
/// Safe for use from many threads.
/// </summary>
/// <remarks>
/// A tombstone is null both ways. What the codec throws (<see cref="UnreadableRecordException"/> for what can never be read, anything else for
/// an outage of the registry) reaches the caller inside <see cref="ConsumeException"/>; after an outage he seeks back to the offset it names.
/// </remarks>
public sealed class ConfluentSerdes<T>(IRecordEncoder<T> encoder, IRecordDecoder<T> decoder)
    : IAsyncSerializer<T?>, ISerializer<T?>, IDeserializer<T?>
    where T : class
{
    public byte[]? Serialize(T? data, SerializationContext context)
    {
        if (data is null)
            return null;
        var output = new ArrayBufferWriter<byte>();
        encoder.Encode(data, output);
        return output.WrittenSpan.ToArray();
    }

    public Task<byte[]> SerializeAsync(T? data, SerializationContext context) => Task.FromResult(Serialize(data, context)!);

    public T? Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context) => isNull ? null : decoder.Decode(data);
}

/// <summary>Makes serdes of the pipeline's codecs.</summary>
public static class ConfluentSerdes
{
    public static ConfluentSerdes<T> ForConfluent<T>(this ConfluentAvroCodec<T> codec) where T : class => new(codec, codec);

    public static ConfluentSerdes<ConfigRecord> ForConfluent(this ConfigRecordCodec codec) => new(codec, codec);
}
