using System.Collections.Frozen;
using Grpc.Core;
using StockPipeline.Market.Limits;
using static Grpc.Core.StatusCode;
using static StockPipeline.Market.Errors.ErrorAction;

namespace StockPipeline.Market.Errors;

/// <summary>Says what a client does about an error.</summary>
public enum ErrorAction
{
    /// <summary>The answer is about the range or the instrument asked for, and stays the same: the only one that may be remembered.</summary>
    Final,

    /// <summary>The same in smaller pieces works.</summary>
    Split,

    /// <summary>Too much was asked at once: wait as long as the API says, then the same again.</summary>
    Wait,

    /// <summary>A passing failure: the same again after a pause.</summary>
    Retry,

    /// <summary>Nothing is wrong: open again as soon as there is something to ask for.</summary>
    Reopen,

    /// <summary>Nobody is let in, whatever is asked: a token, a permission, a proxy. Say it once, wait until somebody has mended it.</summary>
    Blocked,
}

/// <summary>One of the T-Invest API's own errors.</summary>
/// <param name="Code">The number the API gives it.</param>
/// <param name="Status">The gRPC status it comes with.</param>
/// <param name="Action">What a client does about it.</param>
/// <param name="Meaning">What it means, as the end of a sentence that begins with the API.</param>
public sealed record ApiError(int Code, StatusCode Status, ErrorAction Action, string Meaning);

/// <summary>Says what is to be done about a call that failed.</summary>
/// <param name="Action">What to do.</param>
/// <param name="Pause">How long to wait first, where the API says it.</param>
/// <param name="Sentence">For people: what happened.</param>
/// <param name="Error">The API's own error, if it is one.</param>
public sealed record ErrorVerdict(ErrorAction Action, TimeSpan Pause, string Sentence, ApiError? Error = null);

/// <summary>Lists all errors of the T-Invest API that a market-data client can meet, and judges each.</summary>
public static class ErrorTable
{
    /// <summary>How often the API counts open streams anew.</summary>
    public static readonly TimeSpan StreamCountRefresh = TimeSpan.FromMinutes(2);

    private const int TooManyStreams = 80001;

    private const int QuotaSpent = 80002;

    public static IReadOnlyList<ApiError> All { get; } =
    [
        new(12001, Unimplemented, Blocked, "knows no such method"),
        new(12002, Unavailable, Blocked, "has retired this method"),
        new(30001, InvalidArgument, Final, "misses the start of the period"),
        new(30002, InvalidArgument, Final, "gives schedules for at most 14 days at once"),
        new(30003, InvalidArgument, Final, "gives no schedules of the past"),
        new(30004, InvalidArgument, Final, "misses the end of the period"),
        new(30009, InvalidArgument, Final, "rejects the start of the period"),
        new(30010, InvalidArgument, Final, "rejects the end of the period"),
        new(30011, InvalidArgument, Final, "rejects the interval"),
        new(30012, InvalidArgument, Final, "was asked for a period that ends before it starts"),
        new(30014, InvalidArgument, Split, "finds the period too long for this interval"),
        new(30061, InvalidArgument, Final, "knows only the years 1970 to 2099 (start of the period)"),
        new(30062, InvalidArgument, Final, "knows only the years 1970 to 2099 (end of the period)"),
        new(30084, InvalidArgument, Split, "finds the period too long"),
        new(30093, InvalidArgument, Final, "misses the instrument"),
        new(30218, InvalidArgument, Split, "takes at most 3000 instruments at once"),
        new(30219, InvalidArgument, Final, "rejects the candle source"),
        new(30220, InvalidArgument, Final, "takes no candle source together with a limit"),
        new(30228, InvalidArgument, Final, "misses both the start of the period and a limit"),
        new(30235, InvalidArgument, Final, "serves this interval for the last 30 days only"),
        new(30237, InvalidArgument, Final, "misses the instrument"),
        new(30244, InvalidArgument, Split, "finds the period too long"),
        new(40002, PermissionDenied, Blocked, "refuses: the token lacks the right to do this"),
        new(40003, Unauthenticated, Blocked, "rejects the token: it is missing, wrong or expired"),
        new(40004, PermissionDenied, Blocked, "refuses: the account may not be used through the API"),
        new(50001, NotFound, Final, "knows no such exchange"),
        new(50002, NotFound, Final, "knows no such instrument"),
        new(70001, Internal, Retry, "has failed"),
        new(70002, Internal, Retry, "has network trouble of its own"),
        new(70003, Internal, Retry, "asks to try again later"),
        new(TooManyStreams, ResourceExhausted, Wait, "has too many open streams of this user"),
        new(QuotaSpent, ResourceExhausted, Wait, "has had all requests it takes in this minute"),
        new(80004, ResourceExhausted, Reopen, "has closed the stream because nothing was subscribed on it"),
        new(80005, ResourceExhausted, Retry, "has closed the stream because of its age"),
        new(90001, FailedPrecondition, Blocked, "wants a confirmation"),
        new(90002, FailedPrecondition, Blocked, "serves this to qualified investors only"),
        new(90003, FailedPrecondition, Blocked, "finds the price too high"),
    ];

    private static readonly FrozenDictionary<int, ApiError> ByCode = All.ToFrozenDictionary(error => error.Code);

    /// <summary>Judges a failed call; never throws.</summary>
    public static ErrorVerdict Judge(CallStatus status)
    {
        var error = status is { Origin: StatusOrigin.Api, ApiCode: { } code } ? ByCode.GetValueOrDefault(code) : null;
        var action = error?.Action ?? ActionOf(status);
        var sentence = error is not null
            ? $"The T-Invest API {error.Meaning} ({error.Code}{Details(status)})."
            : status is { Code: Unauthenticated, Origin: StatusOrigin.Api }
                ? $"The T-Invest API rejects the token: it is missing, wrong or expired ({status})."
                : $"The call of the T-Invest API failed: {status}.";
        return new ErrorVerdict(action, action == Wait ? PauseOf(error, status) : TimeSpan.Zero, sentence, error);
    }

    /// <summary>Tells whether the account has no stream left, which is no matter of quotas.</summary>
    public static bool SaysNoStreamLeft(CallStatus status) => Judge(status).Error?.Code == TooManyStreams;

    /// <summary>Judges what is not in the table. Only a number of the API makes an answer final: anybody in between can say the rest.</summary>
    private static ErrorAction ActionOf(CallStatus status) => status switch
    {
        { Origin: StatusOrigin.Network } => status.Code == ResourceExhausted ? Wait : Retry,
        { Origin: StatusOrigin.Api, Code: InvalidArgument or NotFound, ApiCode: not null } => Final,
        { Origin: StatusOrigin.Stranger, Code: Unknown } => Blocked,
        { Code: ResourceExhausted } => Wait,
        { Code: InvalidArgument or NotFound or AlreadyExists or FailedPrecondition } => Blocked,
        { Code: PermissionDenied or Unauthenticated or Unimplemented } => Blocked,
        _ => Retry,
    };

    private static TimeSpan PauseOf(ApiError? error, CallStatus status) => error?.Code == TooManyStreams
        ? StreamCountRefresh
        : status.RateLimit?.Reset + TimeSpan.FromSeconds(1) ?? RateLimitReport.DefaultWindow;

    private static string Details(CallStatus status) =>
        (status.Text.Length > 0 ? $": {status.Text}" : "") + (status.TrackingId.Length > 0 ? $", tracking id {status.TrackingId}" : "");
}
