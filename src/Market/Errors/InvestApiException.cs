using Grpc.Core;

namespace StockPipeline.Market.Errors;

/// <summary>Tells that the T-Invest API has refused, or went on failing for as long as was worth trying. The message is for people.</summary>
public sealed class InvestApiException : Exception
{
    public InvestApiException(CallStatus status, Exception? inner = null) : this(status, ErrorTable.Judge(status), inner)
    {
    }

    private InvestApiException(CallStatus status, ErrorVerdict verdict, Exception? inner) : base(verdict.Sentence, inner) =>
        (Status, Verdict) = (status, verdict);

    public CallStatus Status { get; }

    public ErrorVerdict Verdict { get; }

    /// <summary>The answer is about what was asked for and will not change: it may be remembered.</summary>
    public bool IsFinal => Verdict.Action == ErrorAction.Final;

    /// <summary>Nobody is let in until somebody has mended it: a token, a permission, a proxy.</summary>
    public bool IsBlocked => Verdict.Action == ErrorAction.Blocked;

    /// <summary>The API itself does not accept the token.</summary>
    public bool IsTokenRejected => Status is { Code: StatusCode.Unauthenticated, Origin: StatusOrigin.Api };
}
