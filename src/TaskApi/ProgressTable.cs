using System.Collections.Concurrent;
using StockPipeline.Contracts.Serialization;
using StockPipeline.Contracts.Tasks;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Tables;
using StockPipeline.TaskBoard;
using StockPipeline.Tasks;

namespace StockPipeline.TaskApi;

/// <summary>How far the tasks are that run. Safe from any thread.</summary>
internal sealed class ProgressTable(KafkaClient kafka, IRecordDecoder<TaskProgress> decoder, TaskTable tasks, TaskFeed feed) : ITableHandler
{
    private readonly ConcurrentDictionary<string, TaskProgress> newest = new(StringComparer.Ordinal);

    /// <summary>Reads until stop is asked for.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        kafka.ReadTables(TableAssignment.All, this, Table.Of(TaskTopics.Progress, decoder, Take)).RunAsync(cancellationToken);

    /// <summary>Of the run that is on; null where there is none, or it has said nothing.</summary>
    public TaskProgress? Of(TaskState state) =>
        state.Stage == TaskStage.Running && newest.TryGetValue(state.Id, out var progress) && progress.Run == state.Run ? progress : null;

    void ITableHandler.OnAssigned(int partition)
    {
        // What was said of a run stays true: it is read again and comes to the same.
    }

    ValueTask ITableHandler.OnTickAsync(CancellationToken cancellationToken)
    {
        foreach (var id in newest.Keys)
        {
            if (tasks.Find(id) is not { } entry || TaskLife.IsOver(entry.State.Stage))
                newest.TryRemove(id, out _);
        }
        return ValueTask.CompletedTask;
    }

    private void Take(int partition, ReadOnlySpan<TableRecord<TaskProgress>> records)
    {
        foreach (ref readonly var record in records)
        {
            if (record.Value is not { } progress || tasks.Find(progress.Id) is not { } entry || TaskLife.IsOver(entry.State.Stage))
                continue;
            newest[progress.Id] = progress;
            feed.Tell(entry.State.Owner, progress.Id);
        }
    }
}
