using StockPipeline.Market.Grpc;

namespace StockPipeline.Market.Errors;

/// <summary>The T-Invest API has refused for good, or went on failing for as long as was worth trying. The message is for people.</summary>
public sealed class InvestApiException : Exception
{
    public InvestApiException(GrpcStatus status, Exception? inner = null) : base(ErrorVerdict.Of(status).Sentence, inner)
    {
        Status = status;
        Verdict = ErrorVerdict.Of(status);
    }

    public InvestApiException() : this(new GrpcStatus(GrpcStatusCode.Unknown))
    {
    }

    public InvestApiException(string message) : this(new GrpcStatus(GrpcStatusCode.Unknown, message))
    {
    }

    public InvestApiException(string message, Exception inner) : this(new GrpcStatus(GrpcStatusCode.Unknown, message), inner)
    {
    }

    public GrpcStatus Status { get; }

    public ErrorVerdict Verdict { get; }

    /// <summary>The token is not accepted: no call will ever succeed with it.</summary>
    public bool IsTokenRejected => Status.Code == GrpcStatusCode.Unauthenticated;

    public bool IsNotFound => Status.Code == GrpcStatusCode.NotFound;
}
