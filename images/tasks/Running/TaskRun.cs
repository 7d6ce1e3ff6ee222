using StockPipeline.Contracts.Tasks;
using StockPipeline.TaskBoard;
using StockPipeline.Tasks;
using StockPipeline.Tasks.Kinds;

namespace StockPipeline.TaskWorkers.Running;

/// <summary>One run of one task: what is asked, and where progress and results go.</summary>
public sealed class TaskRun(TaskState state, TaskWriters writers, TimeProvider clock)
{
    /// <summary>Progress is said no more often.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    private long lastSaid;
    private bool hasSaid;

    public TaskState State { get; } = state;

    public TaskParameters Parameters { get; } = TaskParameters.Parse(state.Parameters);

    /// <summary>Says how far the work is, unless it was said a moment ago.</summary>
    /// <param name="done">Of the total.</param>
    /// <param name="total">0 where nobody knows.</param>
    /// <param name="text">For people.</param>
    /// <param name="cancellationToken">Of the run.</param>
    public async ValueTask ReportAsync(long done, long total, string text, CancellationToken cancellationToken)
    {
        if (hasSaid && clock.GetElapsedTime(lastSaid) < Every)
            return;
        (hasSaid, lastSaid) = (true, clock.GetTimestamp());
        var progress = new TaskProgress(State.Id, State.Run, done, total, text, clock.Now());
        await writers.Progress.SendAsync(State.Id, progress, cancellationToken);
    }

    /// <summary>A file that grows in the topic of results while it is written.</summary>
    public ResultStream OpenFile(string contentType, string fileName) => new(writers.Chunks, State, contentType, fileName);
}
