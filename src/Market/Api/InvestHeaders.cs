namespace StockPipeline.Market.Api;

/// <summary>Names the headers and trailers of T-Invest calls, as they are written in lower case on the wire.</summary>
public static class InvestHeaders
{
    public const string AppName = "x-app-name";

    /// <summary>The text of an error in English; the status message holds the API's own number for it.</summary>
    public const string Text = "message";

    /// <summary>What the broker's support asks for.</summary>
    public const string TrackingId = "x-tracking-id";

    public const string RateLimit = "x-ratelimit-limit";

    public const string RateRemaining = "x-ratelimit-remaining";

    public const string RateReset = "x-ratelimit-reset";
}
