namespace StockPipeline.Contracts.Serialization;

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
