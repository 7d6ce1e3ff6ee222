using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Market.History;

namespace StockPipeline.Workers.Ledger;

/// <summary>A task that history has not come to yet.</summary>
/// <param name="Offset">Where it stands in its partition.</param>
/// <param name="From">Its first minute.</param>
/// <param name="To">Its end, in minutes.</param>
/// <param name="Reason">Why it was asked.</param>
/// <param name="Calls">Requests to the exchange it takes at most.</param>
public readonly record struct WaitingTask(long Offset, int From, int To, HistoryReason Reason, int Calls)
{
    /// <summary>An entry of the ledger waits for its answer.</summary>
    public bool IsAnswered => Reason is HistoryReason.Lack or HistoryReason.Gap;

    /// <summary>Somebody has asked for what has just been missed: it will be there soon.</summary>
    public bool IsRepair => Reason == HistoryReason.Request && Calls == 1;
}

/// <summary>
/// What waits for history, by partition, and how fast it goes: tasks as they were written, less those whose offsets history has committed. Pure but
/// for the times handed in.
/// </summary>
public sealed class HistoryQueue
{
    /// <summary>Tasks known to wait at most; past it the oldest of the partition are taken for done.</summary>
    public const int MaxWaiting = 200_000;

    /// <summary>The pace is that of the last of these spans: as long as the window in which the exchange counts requests.</summary>
    private static readonly TimeSpan PaceSpan = TimeSpan.FromMinutes(2);

    private readonly Dictionary<int, Queue<(WaitingTask Task, SeriesKey Series)>> partitions = [];
    private readonly Queue<(DateTimeOffset At, int Calls)> handled = [];

    /// <summary>Tasks that wait.</summary>
    public int Tasks { get; private set; }

    /// <summary>Requests to the exchange that they take.</summary>
    public long Calls { get; private set; }

    /// <summary>The task as one that waits.</summary>
    public static WaitingTask Of(HistoryTask task, long offset) => new(
        offset, Minutes.Of(task.Interval.Align(task.From)), Minutes.Of(task.To), task.Reason,
        (int)Math.Clamp(Math.Ceiling((task.To - task.From) / CandleWindows.Of(task.Interval).Step), 1, int.MaxValue));

    /// <summary>Adds a task; gives up the oldest past the limit.</summary>
    /// <param name="partition">Of the task.</param>
    /// <param name="series">Of the task.</param>
    /// <param name="task">It.</param>
    /// <param name="done">Takes what does not wait any more.</param>
    public void Add(int partition, SeriesKey series, WaitingTask task, Action<SeriesKey, long> done)
    {
        if (!partitions.TryGetValue(partition, out var queue))
            partitions.Add(partition, queue = []);
        queue.Enqueue((task, series));
        (Tasks, Calls) = (Tasks + 1, Calls + task.Calls);
        while (Tasks > MaxWaiting)
            Take(queue, done);
    }

    /// <summary>History goes on from this offset.</summary>
    /// <param name="partition">Of its tasks.</param>
    /// <param name="committed">The offset of the first that is not done.</param>
    /// <param name="now">By the machine's clock.</param>
    /// <param name="done">Takes what does not wait any more.</param>
    public void Committed(int partition, long committed, DateTimeOffset now, Action<SeriesKey, long> done)
    {
        if (!partitions.TryGetValue(partition, out var queue))
            return;
        var calls = 0;
        while (queue.TryPeek(out var first) && first.Task.Offset < committed)
            calls += Take(queue, done);
        if (calls > 0)
            handled.Enqueue((now, calls));
        Forget(now);
    }

    /// <summary>The partition begins anew.</summary>
    public void Clear(int partition)
    {
        if (!partitions.Remove(partition, out var queue))
            return;
        Tasks -= queue.Count;
        Calls -= queue.Sum(waiting => (long)waiting.Task.Calls);
    }

    /// <summary>When all that waits will be done, at the pace of the last minutes; null while there is no pace to go by.</summary>
    public TimeSpan? Left(DateTimeOffset now)
    {
        if (Tasks == 0)
            return TimeSpan.Zero;
        Forget(now);
        if (handled.Count < 2)
            return null;
        var (since, calls) = (now - handled.Peek().At, handled.Skip(1).Sum(one => (long)one.Calls));
        return since <= TimeSpan.Zero || calls == 0 ? null : since * ((double)Calls / calls);
    }

    private int Take(Queue<(WaitingTask Task, SeriesKey Series)> queue, Action<SeriesKey, long> done)
    {
        var (task, series) = queue.Dequeue();
        (Tasks, Calls) = (Tasks - 1, Calls - task.Calls);
        done(series, task.Offset);
        return task.Calls;
    }

    private void Forget(DateTimeOffset now)
    {
        while (handled.TryPeek(out var oldest) && now - oldest.At > PaceSpan)
            handled.Dequeue();
    }
}
