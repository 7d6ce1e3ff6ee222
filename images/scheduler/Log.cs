namespace StockPipeline.Scheduler;

/// <summary>Everything the scheduler says in its log.</summary>
internal static partial class Log
{
    [LoggerMessage(18101, LogLevel.Information, "schedule {Schedule} starts task {Id} for {Slot:O}")]
    public static partial void Fired(ILogger logger, string schedule, string id, DateTimeOffset slot);

    [LoggerMessage(18102, LogLevel.Warning, "schedule {Schedule} is not understood and starts nothing: {Reason}")]
    public static partial void ScheduleRefused(ILogger logger, string schedule, string reason);

    [LoggerMessage(18103, LogLevel.Warning, "task {Id} ({Kind}) {Stage} is past its deadline and has failed")]
    public static partial void TaskLate(ILogger logger, string id, string kind, Contracts.Tasks.TaskStage stage);

    [LoggerMessage(18104, LogLevel.Information, "task {Id} ({Kind}) is ordered once more: nobody has begun it")]
    public static partial void OrderedAgain(ILogger logger, string id, string kind);

    [LoggerMessage(18105, LogLevel.Information, "{Count} tasks that ended long ago are forgotten")]
    public static partial void Forgotten(ILogger logger, int count);
}
