using System.Globalization;
using StockPipeline.Market.Grpc;

namespace StockPipeline.Simulator.Api;

/// <summary>The errors of the T-Invest API that the simulator answers with: gRPC status, the API's own code, and a text.</summary>
internal static class ApiErrors
{
    public static GrpcException NoSuchMethod() => Error(GrpcStatusCode.Unimplemented, 12001, "method is unimplemented");

    public static GrpcException FromMissing() => Error(GrpcStatusCode.InvalidArgument, 30001, "missing parameter: 'from'");

    public static GrpcException SchedulePeriodTooLong() =>
        Error(GrpcStatusCode.InvalidArgument, 30002, "the required period should not exceed 14 days");

    public static GrpcException ScheduleFromPast() => Error(GrpcStatusCode.InvalidArgument, 30003, "'from' is less than the current date");

    public static GrpcException ToMissing() => Error(GrpcStatusCode.InvalidArgument, 30004, "missing parameter: 'to'");

    public static GrpcException BadInterval() => Error(GrpcStatusCode.InvalidArgument, 30011, "'interval' is invalid");

    public static GrpcException ToBeforeFrom() => Error(GrpcStatusCode.InvalidArgument, 30012, "'to' is less than 'from'");

    public static GrpcException PeriodTooLong() =>
        Error(GrpcStatusCode.InvalidArgument, 30014, "the maximum request period for the given candle interval has been exceeded");

    public static GrpcException FromOutOfRange() => Error(GrpcStatusCode.InvalidArgument, 30061, "'from' is out of range: 1970 to 2099");

    public static GrpcException ToOutOfRange() => Error(GrpcStatusCode.InvalidArgument, 30062, "'to' is out of range: 1970 to 2099");

    public static GrpcException IdMissing() => Error(GrpcStatusCode.InvalidArgument, 30093, "missing parameter: 'instrument_id'");

    public static GrpcException ListTooLong() => Error(GrpcStatusCode.InvalidArgument, 30218, "more than 3000 instruments are asked for at once");

    public static GrpcException BadCandleSource() => Error(GrpcStatusCode.InvalidArgument, 30219, "'candle_source_type' is invalid");

    public static GrpcException NeitherFromNorLimit() => Error(GrpcStatusCode.InvalidArgument, 30228, "either 'from' or 'limit' is required");

    public static GrpcException BadLimit() => Error(GrpcStatusCode.InvalidArgument, 30229, "'limit' is invalid");

    public static GrpcException WrongToken() => Error(GrpcStatusCode.Unauthenticated, 40003, "authentication token is missing or invalid");

    public static GrpcException ExchangeNotFound() => Error(GrpcStatusCode.NotFound, 50001, "exchange not found");

    public static GrpcException InstrumentNotFound() => Error(GrpcStatusCode.NotFound, 50002, "instrument not found");

    public static GrpcException Internal() => Error(GrpcStatusCode.Internal, 70001, "internal error");

    public static GrpcException Network() => Error(GrpcStatusCode.Internal, 70002, "internal network error");

    public static GrpcException TooManyStreams() => Error(GrpcStatusCode.ResourceExhausted, 80001, "limit of open streams exceeded");

    public static GrpcException QuotaSpent(RateLimitReport report) =>
        new(new GrpcStatus(GrpcStatusCode.ResourceExhausted, "80002") { Text = "request limit exceeded", RateLimit = report });

    public static GrpcException NoSubscriptions() => Error(GrpcStatusCode.ResourceExhausted, 80004, "the stream has no active subscriptions");

    public static GrpcException StreamTooOld() => Error(GrpcStatusCode.ResourceExhausted, 80005, "the stream has reached its longest time");

    /// <summary>What a proxy in between says: no code of the API, no text.</summary>
    public static GrpcException Gone() =>
        new(new GrpcStatus(GrpcStatusCode.Unavailable, "upstream connect error or disconnect/reset before headers"));

    /// <summary>A stream whose client does not keep up.</summary>
    public static GrpcException TooSlow() => new(new GrpcStatus(GrpcStatusCode.Cancelled, "the client reads too slowly"));

    private static GrpcException Error(GrpcStatusCode status, int code, string text) =>
        new(new GrpcStatus(status, code.ToString(CultureInfo.InvariantCulture)) { Text = text });
}
