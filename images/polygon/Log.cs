namespace StockPipeline.PolygonCollector;

/// <summary>Everything the collector of US shares says in its log.</summary>
internal static partial class Log
{
    [LoggerMessage(18201, LogLevel.Information, "US shares: {Instruments} followed, {Changes} records of shares and days written")]
    public static partial void Published(ILogger logger, int instruments, int changes);

    [LoggerMessage(18202, LogLevel.Warning, "{Ticker} is left out: {Reason}")]
    public static partial void LeftOut(ILogger logger, string ticker, string reason);

    [LoggerMessage(18203, LogLevel.Warning, "polygon.io: {Reason}; next try in {Pause}")]
    public static partial void Trouble(ILogger logger, string reason, TimeSpan pause);

    [LoggerMessage(18204, LogLevel.Information, "minutes of {Tickers} shares come over the websocket")]
    public static partial void Live(ILogger logger, int tickers);

    [LoggerMessage(18205, LogLevel.Information, "{Ticker} was split {From} to {To} on {Date}: its candles are fetched anew")]
    public static partial void Split(ILogger logger, string ticker, decimal from, decimal to, DateOnly date);

    [LoggerMessage(18206, LogLevel.Information, "the day bars of {Date} are there: {Count} shares")]
    public static partial void DayClosed(ILogger logger, DateOnly date, int count);

    [LoggerMessage(18207, LogLevel.Warning, "{Figi} {Interval} {Range} is lost: {Reason}")]
    public static partial void RangeLost(
        ILogger logger, Contracts.Instruments.Figi figi, Contracts.Time.Interval interval, Contracts.Time.TimeRange range, string reason);
}
