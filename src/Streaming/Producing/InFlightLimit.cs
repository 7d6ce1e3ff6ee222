namespace StockPipeline.Streaming.Producing;

/// <summary>
/// Counts what is on its way. At the limit all who bring more wait until a quarter is free again: woken for each single one, sender and acknowledger
/// would take turns, and every record would cost two changes of thread. Safe from any thread.
/// </summary>
internal sealed class InFlightLimit(int limit)
{
    private readonly int reopening = limit - Math.Max(1, limit / 4);
    private readonly Lock gate = new();
    private TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int count;
    private int isClosed;
    private bool hasEnded;

    public int Count => Volatile.Read(ref count);

    /// <summary>Enters, when there is room; usually there is.</summary>
    public ValueTask EnterAsync(CancellationToken stop) => TryEnter() ? ValueTask.CompletedTask : new ValueTask(WaitAsync(stop));

    /// <summary>Nobody leaves any more: whoever waits, or has to wait later, is refused.</summary>
    public void End()
    {
        lock (gate)
            hasEnded = true;
        Open();
    }

    public void Leave()
    {
        if (Interlocked.Decrement(ref count) <= reopening && Volatile.Read(ref isClosed) == 1)
            Open();
    }

    private bool TryEnter()
    {
        if (Volatile.Read(ref isClosed) == 1)
            return false;
        var seen = Volatile.Read(ref count);
        while (seen < limit)
        {
            var before = Interlocked.CompareExchange(ref count, seen + 1, seen);
            if (before == seen)
                return true;
            seen = before;
        }
        return false;
    }

    private async Task WaitAsync(CancellationToken stop)
    {
        do
        {
            await Closed().WaitAsync(stop);
            ObjectDisposedException.ThrowIf(Volatile.Read(ref hasEnded), this);
        }
        while (!TryEnter());
    }

    /// <summary>Over when there is room again.</summary>
    private Task Closed()
    {
        lock (gate)
        {
            if (hasEnded)
                return Task.CompletedTask;
            // First closed, then counted: whoever leaves counts first and looks then, so one of the two sees the other.
            Interlocked.Exchange(ref isClosed, 1);
            if (Volatile.Read(ref count) > reopening)
                return opened.Task;
            Volatile.Write(ref isClosed, 0);
            return Task.CompletedTask;
        }
    }

    private void Open()
    {
        TaskCompletionSource waited;
        lock (gate)
        {
            if (isClosed == 0)
                return;
            Volatile.Write(ref isClosed, 0);
            waited = opened;
            opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        waited.SetResult();
    }
}
