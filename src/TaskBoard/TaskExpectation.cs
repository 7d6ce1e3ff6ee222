using StockPipeline.Contracts.Tasks;
using StockPipeline.Tasks;

namespace StockPipeline.TaskBoard;

/// <summary>Waits until a record that is about to be written has been read back, and knows then what the log made of it.</summary>
public sealed class TaskExpectation : IDisposable
{
    private readonly TaskTable table;
    private readonly TaskCompletionSource<TaskVerdict> verdict = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal TaskExpectation(TaskTable table, TaskState written)
    {
        this.table = table;
        Written = written;
    }

    /// <summary>The record.</summary>
    public TaskState Written { get; }

    /// <summary>Over when the record has passed.</summary>
    public Task<TaskVerdict> Verdict => verdict.Task;

    public void Dispose() => table.Forget(this);

    /// <summary>Records that make the same claim are the same: times may differ by what the topic leaves out of them.</summary>
    internal void Read(TaskState record, TaskVerdict judged)
    {
        if (record.Stage == Written.Stage && record.Run == Written.Run && record.Attempt == Written.Attempt && record.Worker == Written.Worker
            && record.Digest == Written.Digest)
        {
            verdict.TrySetResult(judged);
        }
    }
}
