namespace StockPipeline.Streaming.Groups;

/// <summary>A record that can never be handled: it goes to the dead letters and its partition moves on.</summary>
public sealed class PoisonRecordException : Exception
{
    public PoisonRecordException(string message) : base(message)
    {
    }

    public PoisonRecordException(string message, Exception inner) : base(message, inner)
    {
    }

    public PoisonRecordException() : base("The record can never be handled.")
    {
    }
}
