using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace StockPipeline.Streaming.Groups;

/// <summary>
/// The work taken up from one partition while it is ours: its executors, what is in flight, and how far it may be committed. Records are added by
/// the consuming thread; executors run elsewhere.
/// </summary>
internal sealed class PartitionProcessor : IDisposable
{
    /// <summary>How long a handler may take to notice that it is to give up.</summary>
    private static readonly TimeSpan GivingUp = TimeSpan.FromSeconds(1);

    /// <summary>How often it is looked how a full partition gets on.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(5);

    /// <summary>Work that does less than this share of its limit between two glances is slow.</summary>
    private const int QuickShare = 16;

    private readonly CancellationTokenSource taken = new();
    private readonly KeyedExecutor[] executors;
    private readonly OffsetWatermark watermark;
    private readonly int capacity;

    public PartitionProcessor(
        TopicPartition source,
        GroupOptions options,
        Func<WorkItem, CancellationToken, ValueTask> handle,
        SemaphoreSlim workers,
        Action<Exception> fail)
    {
        Source = source;
        capacity = options.MaxInFlight;
        watermark = new OffsetWatermark(capacity);
        var count = options.Order is GroupOrder.ByKey ? options.Lanes ?? options.Workers : 1;
        executors = [.. Enumerable.Range(0, count).Select(_ => new KeyedExecutor(handle, watermark.Finish, workers, fail, taken.Token))];
    }

    public TopicPartition Source { get; }

    public long LastOffset { get; private set; } = -1;

    public long? Committable => watermark.Committable;

    /// <summary>What was last handed to the client to be committed.</summary>
    public long Stored { get; set; } = -1;

    /// <summary>How many records more may be taken up.</summary>
    public int Room => capacity - watermark.Count;

    /// <summary>Enough is done to take up more.</summary>
    public bool HasDrained => watermark.Count <= capacity / 2;

    /// <summary>Blocks until enough is done to take up more, as long as it goes on quickly.</summary>
    /// <returns>False where it does not: other partitions are not to wait for this one.</returns>
    public bool WaitUntilDrained()
    {
        var before = watermark.Count;
        while (!watermark.WaitUntilAtMost(capacity / 2, Glance))
        {
            var left = watermark.Count;
            if (before - left < Math.Max(1, capacity / QuickShare))
                return false;
            before = left;
        }
        return true;
    }

    /// <summary>Takes up consecutive records, at most <see cref="Room"/>; their tickets are filled in.</summary>
    public void Add(List<WorkItem> items)
    {
        watermark.Start(CollectionsMarshal.AsSpan(items));
        LastOffset = items[^1].Offset;
        if (executors.Length == 1)
        {
            executors[0].Add(items);
            return;
        }
        foreach (var group in items.GroupBy(ExecutorOf))
            executors[group.Key].Add([.. group]);
    }

    /// <summary>
    /// Takes up nothing more, forgets what no handler has begun, and waits for those that have; past the patience they are asked to give up.
    /// </summary>
    public async Task EndAsync(TimeSpan patience, TimeProvider clock)
    {
        var ending = Task.WhenAll(executors.Select(executor => executor.EndAsync()));
        if (patience > TimeSpan.Zero)
            await Task.WhenAny(ending, Task.Delay(patience, clock));
        if (ending.IsCompleted)
            return;
        await taken.CancelAsync();
        await Task.WhenAny(ending, Task.Delay(GivingUp, clock));
    }

    public void Dispose() => taken.Dispose();

    private int ExecutorOf(WorkItem item)
    {
        var hash = new HashCode();
        hash.AddBytes(item.Key);
        return (int)((uint)hash.ToHashCode() % (uint)executors.Length);
    }
}
