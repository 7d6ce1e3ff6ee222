namespace StockPipeline.Streaming.Scanning;

/// <summary>What was to be read from an offset on is not kept any more.</summary>
public sealed class RecordsGoneException : Exception
{
    public RecordsGoneException()
    {
    }

    public RecordsGoneException(string message) : base(message)
    {
    }

    public RecordsGoneException(string message, Exception inner) : base(message, inner)
    {
    }
}
