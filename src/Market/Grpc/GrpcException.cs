namespace StockPipeline.Market.Grpc;

/// <summary>A call that did not end well; the status says why.</summary>
public sealed class GrpcException : Exception
{
    public GrpcException(GrpcStatus status) : base(status.ToString()) => Status = status;

    public GrpcException(GrpcStatus status, Exception inner) : base(status.ToString(), inner) => Status = status;

    public GrpcException() : this(new GrpcStatus(GrpcStatusCode.Unknown))
    {
    }

    public GrpcException(string message) : this(new GrpcStatus(GrpcStatusCode.Unknown, message))
    {
    }

    public GrpcException(string message, Exception inner) : this(new GrpcStatus(GrpcStatusCode.Unknown, message), inner)
    {
    }

    public GrpcStatus Status { get; }
}
