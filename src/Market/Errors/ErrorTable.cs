using System.Collections.Frozen;
using StockPipeline.Market.Grpc;
using static StockPipeline.Market.Errors.ErrorAction;
using static StockPipeline.Market.Grpc.GrpcStatusCode;

namespace StockPipeline.Market.Errors;

/// <summary>All errors of the T-Invest API that a market-data client can meet, and what is done about each.</summary>
public static class ErrorTable
{
    /// <summary>How often the API counts open streams anew.</summary>
    public static readonly TimeSpan StreamCountRefresh = TimeSpan.FromMinutes(2);

    public const int TooManyStreams = 80001;

    public const int QuotaSpent = 80002;

    public static IReadOnlyList<ApiError> All { get; } =
    [
        new(12001, Unimplemented, Fatal, "knows no such method"),
        new(12002, Unavailable, Fatal, "has retired this method"),
        new(30001, InvalidArgument, Fatal, "misses the start of the period"),
        new(30002, InvalidArgument, Fatal, "gives schedules for at most 14 days at once"),
        new(30003, InvalidArgument, Fatal, "gives no schedules of the past"),
        new(30004, InvalidArgument, Fatal, "misses the end of the period"),
        new(30009, InvalidArgument, Fatal, "rejects the start of the period"),
        new(30010, InvalidArgument, Fatal, "rejects the end of the period"),
        new(30011, InvalidArgument, Fatal, "rejects the interval"),
        new(30012, InvalidArgument, Fatal, "was asked for a period that ends before it starts"),
        new(30014, InvalidArgument, Split, "finds the period too long for this interval"),
        new(30061, InvalidArgument, Fatal, "knows only the years 1970 to 2099 (start of the period)"),
        new(30062, InvalidArgument, Fatal, "knows only the years 1970 to 2099 (end of the period)"),
        new(30084, InvalidArgument, Split, "finds the period too long"),
        new(30093, InvalidArgument, Fatal, "misses the instrument"),
        new(30218, InvalidArgument, Split, "takes at most 3000 instruments at once"),
        new(30219, InvalidArgument, Fatal, "rejects the candle source"),
        new(30220, InvalidArgument, Fatal, "takes no candle source together with a limit"),
        new(30228, InvalidArgument, Fatal, "misses both the start of the period and a limit"),
        new(30235, InvalidArgument, Fatal, "serves this interval for the last 30 days only"),
        new(30237, InvalidArgument, Fatal, "misses the instrument"),
        new(30244, InvalidArgument, Split, "finds the period too long"),
        new(40002, PermissionDenied, Fatal, "refuses: the token lacks the right to do this"),
        new(40003, Unauthenticated, Fatal, "rejects the token: it is missing, wrong or expired"),
        new(40004, PermissionDenied, Fatal, "refuses: the account may not be used through the API"),
        new(50001, NotFound, Fatal, "knows no such exchange"),
        new(50002, NotFound, Fatal, "knows no such instrument"),
        new(70001, Internal, Retry, "has failed"),
        new(70002, Internal, Retry, "has network trouble of its own"),
        new(70003, Internal, Retry, "asks to try again later"),
        new(TooManyStreams, ResourceExhausted, Wait, "has too many open streams of this user"),
        new(QuotaSpent, ResourceExhausted, Wait, "has had all requests it takes in this minute"),
        new(80004, ResourceExhausted, Reopen, "has closed the stream because nothing was subscribed on it"),
        new(80005, ResourceExhausted, Retry, "has closed the stream because of its age"),
        new(90001, FailedPrecondition, Fatal, "wants a confirmation"),
        new(90002, FailedPrecondition, Fatal, "serves this to qualified investors only"),
        new(90003, FailedPrecondition, Fatal, "finds the price too high"),
    ];

    private static readonly FrozenDictionary<int, ApiError> ByCode = All.ToFrozenDictionary(error => error.Code);

    public static ErrorVerdict Judge(GrpcStatus status)
    {
        var error = status.ApiCode is { } code ? ByCode.GetValueOrDefault(code) : null;
        var action = error?.Action ?? ActionOf(status.Code);
        var sentence = error is not null
            ? $"The T-Invest API {error.Meaning} ({error.Code}{Details(status)})."
            : status.Code == Unauthenticated
                ? $"The T-Invest API rejects the token: it is missing, wrong or expired ({status})."
                : $"The call of the T-Invest API failed: {status}.";
        return new ErrorVerdict(action, action == Wait ? PauseOf(error, status) : TimeSpan.Zero, sentence, error);
    }

    /// <summary>Errors without a code of the API come from what lies in between, or from ourselves.</summary>
    private static ErrorAction ActionOf(GrpcStatusCode code) => code switch
    {
        ResourceExhausted => Wait,
        InvalidArgument or NotFound or AlreadyExists or PermissionDenied or FailedPrecondition or Unimplemented or Unauthenticated => Fatal,
        _ => Retry,
    };

    private static TimeSpan PauseOf(ApiError? error, GrpcStatus status) => error?.Code == TooManyStreams
        ? StreamCountRefresh
        : status.RateLimit?.Reset + TimeSpan.FromSeconds(1) ?? RateLimitReport.DefaultWindow;

    private static string Details(GrpcStatus status) =>
        (status.Text.Length > 0 ? $": {status.Text}" : "") + (status.TrackingId.Length > 0 ? $", tracking id {status.TrackingId}" : "");
}
