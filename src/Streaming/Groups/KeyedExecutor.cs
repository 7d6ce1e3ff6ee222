using System.Runtime.InteropServices;

namespace StockPipeline.Streaming.Groups;

/// <summary>
/// Handles records one after the other, on threads of the pool, while it has any. What waits is bounded by the watermark of its partition,
/// which hands out no more tickets than may be in flight.
/// </summary>
internal sealed class KeyedExecutor(
    Func<WorkItem, CancellationToken, ValueTask> handle,
    RecordsFinished finish,
    SemaphoreSlim workers,
    Action<Exception> fail,
    CancellationToken taken)
{
    /// <summary>Records handled at most before they count as finished; what is not handled at once makes it known first.</summary>
    private const int MaxUnsaid = 16;

    private readonly Lock gate = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<WorkItem> waiting = [];
    private List<WorkItem> taking = [];
    private bool isRunning;
    private volatile bool isEnding;

    public void Add(List<WorkItem> items)
    {
        lock (gate)
        {
            if (isEnding)
                return;
            waiting.AddRange(items);
            if (isRunning)
                return;
            isRunning = true;
        }
        ThreadPool.UnsafeQueueUserWorkItem(static executor => _ = executor.RunAsync(), this, preferLocal: false);
    }

    /// <summary>Forgets what has not begun; the task is over when the record being handled is.</summary>
    public Task EndAsync()
    {
        lock (gate)
        {
            isEnding = true;
            waiting.Clear();
            if (!isRunning)
                ended.TrySetResult();
        }
        return ended.Task;
    }

    /// <summary>Never fails: what a handler throws goes to <c>fail</c>.</summary>
    private async Task RunAsync()
    {
#pragma warning disable CA1031 // Whatever a handler throws ends the processor, through fail; nothing is swallowed.
        try
        {
            while (TakeAll())
            {
                await workers.WaitAsync(taken);
                try
                {
                    await HandleAsync();
                }
                finally
                {
                    workers.Release();
                }
            }
        }
        catch (OperationCanceledException) when (taken.IsCancellationRequested)
        {
            Stop();
        }
        catch (Exception failure)
        {
            Stop();
            fail(failure);
        }
#pragma warning restore CA1031
    }

    private async ValueTask HandleAsync()
    {
        var (finished, index) = (0, 0);
        try
        {
            while (index < taking.Count && !isEnding)
            {
                var handling = handle(taking[index], taken);
                if (!handling.IsCompletedSuccessfully)
                {
                    Finish(ref finished, index);
                    await handling;
                }
                if (++index - finished == MaxUnsaid)
                    Finish(ref finished, index);
            }
        }
        finally
        {
            Finish(ref finished, index);
        }
    }

    /// <summary>Tells of the records that are done since it was last told.</summary>
    private void Finish(ref int from, int to)
    {
        if (to > from)
            finish(CollectionsMarshal.AsSpan(taking)[from..to]);
        from = to;
    }

    /// <returns>Whether there is anything to do.</returns>
    private bool TakeAll()
    {
        lock (gate)
        {
            taking.Clear();
            (waiting, taking) = (taking, waiting);
            if (taking.Count > 0 && !isEnding)
                return true;
            isRunning = false;
            if (isEnding)
                ended.TrySetResult();
            return false;
        }
    }

    private void Stop()
    {
        lock (gate)
        {
            isEnding = true;
            isRunning = false;
            waiting.Clear();
            ended.TrySetResult();
        }
    }
}

/// <summary>A record on its way through an executor, as it came from the broker; without a value it is a tombstone.</summary>
internal readonly record struct WorkItem(byte[] Key, byte[]? Value, int Partition, long Offset, long TimestampMs, long Ticket, string? Trace = null);

/// <summary>Told of records that are done with.</summary>
internal delegate void RecordsFinished(ReadOnlySpan<WorkItem> items);
