namespace StockPipeline.Broker.Protocol;

/// <summary>One item of a request cannot be done; its part of the answer carries the code and the words.</summary>
internal sealed class RefusedException(ErrorCode error, string message) : Exception(message)
{
    public ErrorCode Error => error;
}
