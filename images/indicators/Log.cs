using StockPipeline.Contracts.Time;

namespace StockPipeline.IndicatorService;

/// <summary>What the worker of indicators says beside what its tables say.</summary>
internal static partial class Log
{
    [LoggerMessage(6101, LogLevel.Information, "{Interval}: {Indicators}")]
    public static partial void Calculating(ILogger logger, Interval interval, string indicators);
}
