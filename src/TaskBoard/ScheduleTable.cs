using StockPipeline.Contracts.Serialization;
using StockPipeline.Contracts.Tasks;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.TaskBoard;

/// <summary>The schedules, as everybody who reads their topic sees them. Safe from any thread.</summary>
public sealed class ScheduleTable(KafkaClient kafka, IRecordDecoder<TaskSchedule> decoder, TableAssignment assignment) : ITableHandler
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, TaskSchedule> schedules = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool isOurs;

    /// <summary>Over when they have been read for the first time.</summary>
    public Task Complete => complete.Task;

    /// <summary>All of them, by name; null while they are not ours to look at: they have not been read, or another member of the group has
    /// them.</summary>
    public IReadOnlyList<TaskSchedule>? All
    {
        get
        {
            lock (gate)
                return isOurs ? [.. schedules.Values] : null;
        }
    }

    public TaskSchedule? Find(string name)
    {
        lock (gate)
            return schedules.GetValueOrDefault(name);
    }

    /// <summary>Reads until stop is asked for.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        kafka.ReadTables(assignment, this, Table.Of(TaskTopics.Schedules, decoder, Take)).RunAsync(cancellationToken);

    void ITableHandler.OnAssigned(int partition) => Reset();

    ValueTask ITableHandler.OnCaughtUpAsync(int partition, CancellationToken cancellationToken)
    {
        lock (gate)
            isOurs = true;
        complete.TrySetResult();
        return ValueTask.CompletedTask;
    }

    ValueTask ITableHandler.OnRevokedAsync(int partition, CancellationToken cancellationToken)
    {
        Reset();
        return ValueTask.CompletedTask;
    }

    private void Reset()
    {
        lock (gate)
        {
            schedules.Clear();
            isOurs = false;
        }
    }

    private void Take(int partition, ReadOnlySpan<TableRecord<TaskSchedule>> records)
    {
        lock (gate)
        {
            foreach (ref readonly var record in records)
            {
                if (record.Value is { } schedule)
                    schedules[schedule.Name] = schedule;
                else
                    schedules.Remove(record.Key);
            }
        }
    }
}
