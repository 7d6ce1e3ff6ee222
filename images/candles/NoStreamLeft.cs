using StockPipeline.Market.Errors;
using StockPipeline.Market.Grpc;

namespace StockPipeline.Candles;

/// <summary>Tells the API's "too many streams" from its other ways to ask for patience.</summary>
internal static class NoStreamLeft
{
    private const int TooManyStreams = 80001;

    public static bool Says(GrpcStatus status) => ErrorVerdict.Of(status).Error?.Code == TooManyStreams;
}
