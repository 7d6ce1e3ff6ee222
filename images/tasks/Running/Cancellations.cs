using StockPipeline.Contracts.Serialization;
using StockPipeline.Contracts.Tasks;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.TaskWorkers.Running;

/// <summary>
/// What owners wish to be cancelled. Read in full by every worker, beside its work: a wish reaches a task that runs at once, and one that is
/// only about to be begun when it begins. Safe from any thread.
/// </summary>
public sealed class Cancellations(KafkaClient kafka, IRecordDecoder<TaskControl> decoder) : ITableHandler
{
    /// <summary>Wishes remembered for tasks that have not begun yet; the oldest are forgotten.</summary>
    private const int MaxRemembered = 10_000;

    private readonly Lock gate = new();
    private readonly HashSet<string> wished = new(StringComparer.Ordinal);
    private readonly Queue<string> order = new();
    private readonly Dictionary<string, CancellationTokenSource> running = new(StringComparer.Ordinal);

    /// <summary>Reads until stop is asked for.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        kafka.ReadTables(TableAssignment.All, this, Table.Of(TaskTopics.Control, decoder, Take)).RunAsync(cancellationToken);

    /// <summary>Ends the source as soon as the task is to be cancelled, or at once where that was wished before.</summary>
    public void Begin(string id, CancellationTokenSource source)
    {
        bool isWished;
        lock (gate)
        {
            running[id] = source;
            isWished = wished.Contains(id);
        }
        if (isWished)
            source.Cancel();
    }

    public void End(string id)
    {
        lock (gate)
            running.Remove(id);
    }

    void ITableHandler.OnAssigned(int partition)
    {
        // A wish is not taken back by being read again.
    }

    private void Take(int partition, ReadOnlySpan<TableRecord<TaskControl>> records)
    {
        foreach (ref readonly var record in records)
        {
            if (record.Value is { } wish)
                Take(wish.Id);
        }
    }

    private void Take(string id)
    {
        CancellationTokenSource? source;
        lock (gate)
        {
            if (wished.Add(id))
                order.Enqueue(id);
            if (order.Count > MaxRemembered)
                wished.Remove(order.Dequeue());
            running.TryGetValue(id, out source);
        }
        try
        {
            source?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended by itself meanwhile.
        }
    }
}
