using StockPipeline.Tasks.Kinds;

namespace StockPipeline.TaskWorkers.Running;

/// <summary>
/// Does one kind of task. Run twice it gives the same result: a worker may die at any moment, and another begins anew. Only reads, or asks for
/// what may be asked twice.
/// </summary>
public interface ITaskRunner
{
    TaskKind Kind { get; }

    /// <summary>Works until done, or until the token ends: the task was cancelled, its time is over, or it goes to another worker.</summary>
    Task<TaskOutcome> RunAsync(TaskRun run, CancellationToken cancellationToken);
}
