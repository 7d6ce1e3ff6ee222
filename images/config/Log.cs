namespace StockPipeline.Config;

/// <summary>Everything the configuration service says in its log.</summary>
internal static partial class Log
{
    [LoggerMessage(1001, LogLevel.Warning, "{Path} cannot be read, the last list read from it stays in force: {Reason}")]
    public static partial void FileUnreadable(ILogger logger, string path, string reason);

    [LoggerMessage(1002, LogLevel.Warning, "{Problem}")]
    public static partial void LineNotUnderstood(ILogger logger, string problem);

    [LoggerMessage(1003, LogLevel.Warning, "{File} {Warning}")]
    public static partial void TickerUnknown(ILogger logger, string file, string warning);

    [LoggerMessage(1004, LogLevel.Information, "{Instruments} instruments are followed: {Added} came, {Removed} went, {Changed} changed")]
    public static partial void InstrumentsPublished(ILogger logger, int instruments, int added, int removed, int changed);

    [LoggerMessage(1005, LogLevel.Information, "{Days} trading days of {Exchanges} exchanges published")]
    public static partial void CalendarPublished(ILogger logger, int days, int exchanges);

    [LoggerMessage(1006, LogLevel.Warning, "the past of exchange {Exchange} stays unknown: {Reason}")]
    public static partial void PastUnknown(ILogger logger, string exchange, string reason);

    [LoggerMessage(1007, LogLevel.Warning, "share {Ticker} is passed over: {Reason}")]
    public static partial void ShareUnusable(ILogger logger, string ticker, string reason);

    [LoggerMessage(1008, LogLevel.Warning, "the exchange names no shares at all; what is followed stays as it is")]
    public static partial void NoShares(ILogger logger);
}
