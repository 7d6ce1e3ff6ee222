namespace StockPipeline.Workers;

/// <summary>What all workers say in their logs.</summary>
internal static partial class Log
{
    [LoggerMessage(7001, LogLevel.Warning, "record {Offset} of the configuration topic is passed over: {Reason}")]
    public static partial void ConfigRefused(ILogger logger, long offset, string reason);
}
