namespace StockPipeline.Contracts.Serialization;

/// <summary>Reads the bytes of a Kafka value. Safe for use from many threads; may block while an unknown schema is fetched.</summary>
public interface IRecordDecoder<out T>
{
    /// <exception cref="UnreadableRecordException">The bytes can never be read: they belong among the dead letters.</exception>
    T Decode(ReadOnlySpan<byte> bytes);
}

/// <summary>
/// Bytes that no retry will make readable. Everything else a decoder throws is an outage: the record stays where it is and is tried again.
/// </summary>
public sealed class UnreadableRecordException : Exception
{
    public UnreadableRecordException(string message) : base(message)
    {
    }

    public UnreadableRecordException(string message, Exception inner) : base(message, inner)
    {
    }

    public UnreadableRecordException() : base("The record cannot be read.")
    {
    }
}
