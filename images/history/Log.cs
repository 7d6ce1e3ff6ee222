using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;

namespace StockPipeline.History;

/// <summary>Everything the history service says in its log.</summary>
internal static partial class Log
{
    [LoggerMessage(3001, LogLevel.Warning,
        "no DATABASE_URL is set: what is fetched is remembered in memory, by this replica alone and until it stops")]
    public static partial void CacheInMemory(ILogger logger);

    [LoggerMessage(3002, LogLevel.Debug, "{Figi} {Interval} {Range}: {Candles} candles said, {Fetched} stretches fetched")]
    public static partial void TaskDone(ILogger logger, Figi figi, Interval interval, TimeRange range, int candles, int fetched);

    [LoggerMessage(3003, LogLevel.Warning, "{Figi} {Interval} {Range} is lost: {Reason}")]
    public static partial void RangeLost(ILogger logger, Figi figi, Interval interval, TimeRange range, string reason);

    [LoggerMessage(3005, LogLevel.Error, "{Reason} All tasks wait until that is mended; this is said once")]
    public static partial void Blocked(ILogger logger, string reason);

    [LoggerMessage(3004, LogLevel.Debug, "a task for {Figi} is dropped: the instrument is not followed")]
    public static partial void NotFollowed(ILogger logger, Figi figi);
}
