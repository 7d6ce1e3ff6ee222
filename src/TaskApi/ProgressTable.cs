using System.Collections.Concurrent;
using StockPipeline.Contracts.Serialization;
using StockPipeline.Contracts.Tasks;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Tables;
using StockPipeline.TaskBoard;
using StockPipeline.Tasks;

namespace StockPipeline.TaskApi;

/// <summary>
/// How far the tasks are that run. Progress may be read before the state of its task, which comes through another topic: it is kept a while for it.
/// Safe from any thread.
/// </summary>
internal sealed class ProgressTable(
    KafkaClient kafka, IRecordDecoder<TaskProgress> decoder, TaskTable tasks, TaskFeed feed, TimeProvider clock) : ITableHandler
{
    /// <summary>How long the state of a task may stay behind its progress; of what is not known by then nothing is known any more.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, TaskProgress> newest = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> unknown = new(StringComparer.Ordinal);

    /// <summary>Reads until stop is asked for; begins when all tasks are known, for most that said how far they were are over.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await tasks.Complete.WaitAsync(cancellationToken);
        await kafka.ReadTables(TableAssignment.All, this, Table.Of(TaskTopics.Progress, decoder, Take)).RunAsync(cancellationToken);
    }

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
            if (tasks.Find(id) is { } entry ? TaskLife.IsOver(entry.State.Stage) : clock.GetElapsedTime(unknown.GetValueOrDefault(id)) > Patience)
                newest.TryRemove(id, out _);
        }
        foreach (var id in unknown.Keys)
        {
            if (tasks.Find(id) is not null || !newest.ContainsKey(id))
                unknown.Remove(id);
        }
        return ValueTask.CompletedTask;
    }

    private void Take(int partition, ReadOnlySpan<TableRecord<TaskProgress>> records)
    {
        foreach (ref readonly var record in records)
        {
            if (record.Value is not { } progress)
                continue;
            var entry = tasks.Find(progress.Id);
            if (entry is not null && TaskLife.IsOver(entry.State.Stage))
                continue;
            newest[progress.Id] = progress;
            if (entry is null)
                unknown.TryAdd(progress.Id, clock.GetTimestamp());
            else
                feed.Tell(entry.State.Owner, progress.Id);
        }
    }
}
