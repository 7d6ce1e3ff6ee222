namespace StockPipeline.Streaming.Groups;

/// <summary>A failure that may pass: the record is handled again, after growing pauses.</summary>
public sealed class TransientFailureException : Exception
{
    public TransientFailureException(string message) : base(message)
    {
    }

    public TransientFailureException(string message, Exception inner) : base(message, inner)
    {
    }

    public TransientFailureException() : base("The work failed for a reason that may pass.")
    {
    }
}
