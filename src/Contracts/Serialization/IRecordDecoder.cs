namespace StockPipeline.Contracts.Serialization;

/// <summary>Reads the bytes of a Kafka value. Safe for use from many threads; may block while an unknown schema is fetched.</summary>
public interface IRecordDecoder<out T>
{
    /// <exception cref="UnreadableRecordException">The bytes can never be read: they belong among the dead letters.</exception>
    T Decode(ReadOnlySpan<byte> bytes);
}
