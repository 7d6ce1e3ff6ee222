using System.Globalization;
using Grpc.Core;
using StockPipeline.Market.Api;
using StockPipeline.Market.Limits;

namespace StockPipeline.Simulator.Api;

/// <summary>Makes the errors of the T-Invest API that the simulator answers with: gRPC status, the API's own code, and a text.</summary>
internal static class ApiErrors
{
    public static RpcException NoSuchMethod() => Error(StatusCode.Unimplemented, 12001, "method is unimplemented");

    public static RpcException FromMissing() => Error(StatusCode.InvalidArgument, 30001, "missing parameter: 'from'");

    public static RpcException SchedulePeriodTooLong() =>
        Error(StatusCode.InvalidArgument, 30002, "the required period should not exceed 14 days");

    public static RpcException ScheduleFromPast() => Error(StatusCode.InvalidArgument, 30003, "'from' is less than the current date");

    public static RpcException ToMissing() => Error(StatusCode.InvalidArgument, 30004, "missing parameter: 'to'");

    public static RpcException BadInterval() => Error(StatusCode.InvalidArgument, 30011, "'interval' is invalid");

    public static RpcException ToBeforeFrom() => Error(StatusCode.InvalidArgument, 30012, "'to' is less than 'from'");

    public static RpcException PeriodTooLong() =>
        Error(StatusCode.InvalidArgument, 30014, "the maximum request period for the given candle interval has been exceeded");

    public static RpcException FromOutOfRange() => Error(StatusCode.InvalidArgument, 30061, "'from' is out of range: 1970 to 2099");

    public static RpcException ToOutOfRange() => Error(StatusCode.InvalidArgument, 30062, "'to' is out of range: 1970 to 2099");

    public static RpcException IdMissing() => Error(StatusCode.InvalidArgument, 30093, "missing parameter: 'instrument_id'");

    public static RpcException ListTooLong() => Error(StatusCode.InvalidArgument, 30218, "more than 3000 instruments are asked for at once");

    public static RpcException BadCandleSource() => Error(StatusCode.InvalidArgument, 30219, "'candle_source_type' is invalid");

    public static RpcException BadIndicator() => Error(StatusCode.InvalidArgument, 30234, "'indicator_type' or its parameters are invalid");

    public static RpcException NeitherFromNorLimit() => Error(StatusCode.InvalidArgument, 30228, "either 'from' or 'limit' is required");

    public static RpcException BadLimit() => Error(StatusCode.InvalidArgument, 30229, "'limit' is invalid");

    public static RpcException WrongToken() => Error(StatusCode.Unauthenticated, 40003, "authentication token is missing or invalid");

    public static RpcException NoRight() => Error(StatusCode.PermissionDenied, 40002, "insufficient privileges");

    public static RpcException ExchangeNotFound() => Error(StatusCode.NotFound, 50001, "exchange not found");

    public static RpcException InstrumentNotFound() => Error(StatusCode.NotFound, 50002, "instrument not found");

    public static RpcException Internal() => Error(StatusCode.Internal, 70001, "internal error");

    public static RpcException Network() => Error(StatusCode.Internal, 70002, "internal network error");

    public static RpcException TooManyStreams() => Error(StatusCode.ResourceExhausted, 80001, "limit of open streams exceeded");

    public static RpcException QuotaSpent(RateLimitReport report)
    {
        var spent = Error(StatusCode.ResourceExhausted, 80002, "request limit exceeded");
        foreach (var header in report.ToHeaders())
            spent.Trailers.Add(header);
        return spent;
    }

    public static RpcException NoSubscriptions() => Error(StatusCode.ResourceExhausted, 80004, "the stream has no active subscriptions");

    public static RpcException StreamTooOld() => Error(StatusCode.ResourceExhausted, 80005, "the stream has reached its longest time");

    /// <summary>What a proxy in between says: no code of the API, no text.</summary>
    public static RpcException Gone() =>
        new(new Status(StatusCode.Unavailable, "upstream connect error or disconnect/reset before headers"));

    /// <summary>A stream whose client does not keep up.</summary>
    public static RpcException TooSlow() => new(new Status(StatusCode.Cancelled, "the client reads too slowly"));

    private static RpcException Error(StatusCode status, int code, string text) => new(
        new Status(status, code.ToString(CultureInfo.InvariantCulture)), new Metadata { { InvestHeaders.Text, text } });
}
