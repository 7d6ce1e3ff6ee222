namespace StockPipeline.Topics;

/// <summary>Something the user can do something about; the message says what.</summary>
internal sealed class TopicsException : Exception
{
    public TopicsException(string message) : base(message)
    {
    }

    public TopicsException(string message, Exception inner) : base(message, inner)
    {
    }

    public TopicsException() : base("The topics cannot be looked into.")
    {
    }
}
