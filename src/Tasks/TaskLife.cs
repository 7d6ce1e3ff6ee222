using StockPipeline.Contracts.Tasks;

namespace StockPipeline.Tasks;

/// <summary>
/// The rules of a task's life. Everybody who reads the log of a task applies them in the order of the log and so comes to the same state, whoever
/// wrote what and however late: the log decides every race.
/// </summary>
public static class TaskLife
{
    public static bool IsOver(TaskStage stage) => stage is TaskStage.Succeeded or TaskStage.Failed or TaskStage.Cancelled;

    /// <summary>What becomes of <paramref name="known"/> when <paramref name="next"/> is read.</summary>
    public static TaskVerdict Judge(TaskState? known, TaskState next)
    {
        if (known is null)
            return TaskVerdict.Accepted;
        if (known == next)
            return TaskVerdict.Same;
        if (known.Digest != next.Digest || known.Owner != next.Owner || IsOver(known.Stage) || !Follows(known, next))
            return TaskVerdict.Refused;
        return TaskVerdict.Accepted;
    }

    /// <summary>The record by which a worker claims the task; null where there is nothing to claim.</summary>
    /// <param name="known">The state as far as the worker has read it; null where it has read none yet.</param>
    /// <param name="order">The order it holds.</param>
    /// <param name="worker">Its name, another one in each life.</param>
    /// <param name="now">The time.</param>
    public static TaskState? Claim(TaskState? known, TaskState order, string worker, DateTimeOffset now)
    {
        if (known is not null && (IsOver(known.Stage) || known.Digest != order.Digest || order.Attempt < known.Attempt))
            return null;
        // A retry is said in the state before its order is written; who has not read it yet goes by the order.
        var start = known is null || order.Attempt > known.Attempt ? order with { Run = Math.Max(order.Run, known?.Run ?? 0) } : known;
        return start.Stage == TaskStage.Retrying
            ? null
            : start with { Stage = TaskStage.Running, Run = start.Run + 1, Worker = worker, Started = now, RetryAt = null };
    }

    public static TaskState Succeeded(TaskState running, string? result, ResultPlace? place, DateTimeOffset now) =>
        running with { Stage = TaskStage.Succeeded, Ended = now, Result = result, Place = place, ErrorCode = null, ErrorText = null };

    public static TaskState Failed(TaskState known, string code, string text, DateTimeOffset now) =>
        known with { Stage = TaskStage.Failed, Ended = now, ErrorCode = code, ErrorText = text, RetryAt = null };

    public static TaskState Cancelled(TaskState known, DateTimeOffset now) =>
        known with { Stage = TaskStage.Cancelled, Ended = now, RetryAt = null };

    /// <summary>Once more, later: the error so far stays visible.</summary>
    public static TaskState Retrying(TaskState running, string code, string text, DateTimeOffset at) =>
        running with { Stage = TaskStage.Retrying, RetryAt = at, ErrorCode = code, ErrorText = text };

    /// <summary>The next attempt, as an order.</summary>
    public static TaskState Again(TaskState retrying) =>
        retrying with { Stage = TaskStage.Queued, Attempt = retrying.Attempt + 1, RetryAt = null, Worker = null, Started = null };

    private static bool Follows(TaskState known, TaskState next) => next.Stage switch
    {
        TaskStage.Queued => known.Stage == TaskStage.Retrying && next.Attempt == known.Attempt + 1 && next.Run == known.Run,
        TaskStage.Running => known.Stage is TaskStage.Queued or TaskStage.Running && next.Run == known.Run + 1 && next.Attempt == known.Attempt,
        TaskStage.Retrying => IsOfTheSameRun(known, next) && known.Stage == TaskStage.Running,
        TaskStage.Succeeded => IsOfTheSameRun(known, next) && known.Stage == TaskStage.Running,
        TaskStage.Failed or TaskStage.Cancelled => IsOfTheSameRun(known, next),
        _ => false,
    };

    private static bool IsOfTheSameRun(TaskState known, TaskState next) =>
        next.Run == known.Run && next.Worker == known.Worker && next.Attempt == known.Attempt;
}
