using StockPipeline.Contracts.Time;

namespace StockPipeline.Candles;

/// <summary>Everything an ingester says in its log.</summary>
internal static partial class Log
{
    [LoggerMessage(2301, LogLevel.Information, "{Interval} comes from {Mode}, {Instruments} instruments")]
    public static partial void Begins(ILogger logger, Interval interval, CandlesMode mode, int instruments);

    [LoggerMessage(2302, LogLevel.Warning, "the account has no market-data stream left for {Interval}; it is rolled up from the minutes")]
    public static partial void NoStreamLeft(ILogger logger, Interval interval);

    [LoggerMessage(2303, LogLevel.Warning, "{Subscription} is refused: {Status}; asked again in {Pause}")]
    public static partial void Refused(ILogger logger, string subscription, string status, TimeSpan pause);

    [LoggerMessage(2305, LogLevel.Warning,
        "{LeftOut} of {Instruments} instruments do not fit the account's streams for {Interval}; their candles are {Served}")]
    public static partial void LeftOut(ILogger logger, Interval interval, int leftOut, int instruments, string served);

    [LoggerMessage(2304, LogLevel.Information, "{Tasks} ranges of {Interval} are asked from history because the stream may have missed them")]
    public static partial void AskedHistory(ILogger logger, int tasks, Interval interval);
}
