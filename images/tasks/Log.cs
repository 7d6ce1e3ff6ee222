namespace StockPipeline.TaskWorkers;

/// <summary>Everything the workers of tasks say in their log.</summary>
internal static partial class Log
{
    [LoggerMessage(18001, LogLevel.Warning, "task {Id} ({Kind}) failed, {Code}: {Reason}")]
    public static partial void TaskFailed(ILogger logger, string id, string kind, string code, string reason);

    [LoggerMessage(18002, LogLevel.Warning, "task {Id} ({Kind}) failed in attempt {Attempt} and is tried again in {Pause}: {Reason}")]
    public static partial void TaskWaits(ILogger logger, string id, string kind, int attempt, TimeSpan pause, string reason);

    [LoggerMessage(18003, LogLevel.Warning, "task {Id} was claimed {Claims} times and always by somebody else as well; it is theirs")]
    public static partial void ClaimLost(ILogger logger, string id, int claims);
}
