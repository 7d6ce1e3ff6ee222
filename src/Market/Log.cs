using Microsoft.Extensions.Logging;
using StockPipeline.Market.Errors;

namespace StockPipeline.Market;

/// <summary>Everything the market client logs.</summary>
internal static partial class Log
{
    [LoggerMessage(4001, LogLevel.Information, "The quota for {Method} is spent, waiting {Pause}: {Status}")]
    public static partial void QuotaSpent(ILogger log, string method, TimeSpan pause, CallStatus status);

    [LoggerMessage(4002, LogLevel.Warning, "{Method} failed and is repeated in {Pause}: {Status}")]
    public static partial void RequestRepeated(ILogger log, string method, TimeSpan pause, CallStatus status);

    [LoggerMessage(4003, LogLevel.Information, "Market-data stream connected")]
    public static partial void StreamConnected(ILogger log);

    [LoggerMessage(4004, LogLevel.Warning, "Market-data stream lost, next try in {Pause}: {Status}")]
    public static partial void StreamLost(ILogger log, TimeSpan pause, CallStatus status);

    [LoggerMessage(4006, LogLevel.Warning, "The API has dropped the subscription of {Figi} {Interval} silently; subscribing again")]
    public static partial void SubscriptionVanished(ILogger log, string figi, string interval);

    [LoggerMessage(4007, LogLevel.Warning, "A candle of {Figi} {Interval} cannot be used: {Reason}")]
    public static partial void CandleRejected(ILogger log, string figi, string interval, string reason);

    [LoggerMessage(4008, LogLevel.Error, "{Reason} The stream is tried again every {Pause}; this is said once")]
    public static partial void StreamBlocked(ILogger log, string reason, TimeSpan pause);

    [LoggerMessage(4010, LogLevel.Debug, "The API finds {Range} of {Interval} candles too long, asking in halves")]
    public static partial void WindowSplit(ILogger log, string range, string interval);
}
