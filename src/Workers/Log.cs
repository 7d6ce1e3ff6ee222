namespace StockPipeline.Workers;

/// <summary>What all workers say in their logs.</summary>
internal static partial class Log
{
    [LoggerMessage(7001, LogLevel.Warning, "record {Offset} of the configuration topic is passed over: {Reason}")]
    public static partial void ConfigRefused(ILogger logger, long offset, string reason);

    [LoggerMessage(7002, LogLevel.Warning, "the market's clock at {Clock} does not answer yet: {Reason}")]
    public static partial void ClockUnreachable(ILogger logger, Uri clock, string reason);

    [LoggerMessage(7003, LogLevel.Warning, "the tombstone at offset {Offset} of the gap ledger is passed over: {Reason}")]
    public static partial void LedgerRefused(ILogger logger, long offset, string reason);

    [LoggerMessage(7004, LogLevel.Warning, "{Reason}; it is waited for")]
    public static partial void RegistryUnreachable(ILogger logger, string reason);

    [LoggerMessage(7005, LogLevel.Warning, "the tombstone at offset {Offset} is passed over: {Reason}")]
    public static partial void TombstoneRefused(ILogger logger, long offset, string reason);
}
