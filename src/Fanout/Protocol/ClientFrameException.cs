namespace StockPipeline.Fanout.Protocol;

/// <summary>What a client sent ends its connection with this code.</summary>
public sealed class ClientFrameException : Exception
{
    public ClientFrameException(CloseCode code, string message) : base(message) => Code = code;

    public ClientFrameException() : this(CloseCode.ProtocolError, "protocol error")
    {
    }

    public ClientFrameException(string message) : this(CloseCode.ProtocolError, message)
    {
    }

    public ClientFrameException(string message, Exception inner) : base(message, inner) => Code = CloseCode.ProtocolError;

    public CloseCode Code { get; }
}
