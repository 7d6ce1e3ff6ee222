namespace StockPipeline.Broker.Connections;

/// <summary>The memory that requests share. Small ones always fit; a large one waits, first come first served, until others are answered.</summary>
internal sealed class FrameBudget
{
    /// <summary>Heartbeats and their like never wait behind bulk data; the number of connections bounds them.</summary>
    public const int AlwaysFits = 16 * 1024;

    private readonly Lock gate = new();
    private readonly Queue<(int Bytes, TaskCompletionSource Turn)> waiting = new();
    private readonly long capacity;
    private long free;

    public FrameBudget(long capacity) => (this.capacity, free) = (capacity, capacity);

    /// <summary>
    /// Completes when the bytes are reserved; a wait that is cancelled reserves nothing. A frame beyond the whole budget waits to be alone.
    /// </summary>
    public async ValueTask ReserveAsync(int bytes, CancellationToken cancel)
    {
        if (bytes <= AlwaysFits)
            return;
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (waiting.Count == 0 && Fits(bytes))
            {
                free -= bytes;
                return;
            }
            waiting.Enqueue((bytes, turn));
        }
        await using var withdraw = cancel.UnsafeRegister(_ => Withdraw(turn), null);
        await turn.Task;
    }

    public void Release(int bytes)
    {
        if (bytes <= AlwaysFits)
            return;
        lock (gate)
        {
            free += bytes;
            Grant();
        }
    }

    private void Withdraw(TaskCompletionSource turn)
    {
        lock (gate)
        {
            if (turn.TrySetCanceled())
                Grant();
        }
    }

    private void Grant()
    {
        while (waiting.TryPeek(out var next) && (next.Turn.Task.IsCompleted || Fits(next.Bytes)))
        {
            if (waiting.Dequeue().Turn.TrySetResult())
                free -= next.Bytes;
        }
    }

    private bool Fits(int bytes) => free >= bytes || free == capacity;
}
