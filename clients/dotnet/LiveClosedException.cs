namespace StockPipeline.Live;

/// <summary>The gateway has closed the socket with a code after which connecting again does not help.</summary>
public sealed class LiveClosedException : Exception
{
    public LiveClosedException(int code, string reason) : base($"closed with {code}: {reason}") => Code = code;

    public LiveClosedException()
    {
    }

    public LiveClosedException(string message) : base(message)
    {
    }

    public LiveClosedException(string message, Exception inner) : base(message, inner)
    {
    }

    public int Code { get; }
}
