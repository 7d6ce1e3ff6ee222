namespace StockPipeline.Market.Grpc;

/// <summary>The names of the headers and trailers that a T-Invest call carries.</summary>
public static class GrpcHeaders
{
    public const string ContentType = "application/grpc";

    public const string Status = "grpc-status";

    /// <summary>Holds the API's own numeric code as text, such as <c>30014</c>.</summary>
    public const string Message = "grpc-message";

    public const string Timeout = "grpc-timeout";

    public const string Encoding = "grpc-encoding";

    /// <summary>The text of an error in English.</summary>
    public const string Text = "message";

    public const string TrackingId = "x-tracking-id";

    public const string AppName = "x-app-name";

    public const string RateLimit = "x-ratelimit-limit";

    public const string RateRemaining = "x-ratelimit-remaining";

    public const string RateReset = "x-ratelimit-reset";
}
