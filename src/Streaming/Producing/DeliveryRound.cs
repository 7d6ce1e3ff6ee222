using System.Runtime.InteropServices;

namespace StockPipeline.Streaming.Producing;

/// <summary>
/// Counts the records sent between two flushes. Closed by a flush, it is over when the last of its records is acknowledged; records sent
/// later belong to the next round, so a flush waits for exactly what was sent before it. Safe from any thread.
/// </summary>
internal sealed class DeliveryRound
{
    private readonly TaskCompletionSource over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private GCHandle self;
    // One more than the records on their way, until the round is closed.
    private int outstanding = 1;

    public DeliveryRound() => self = GCHandle.Alloc(this);

    /// <summary>Goes with each record that nobody awaits and comes back with its report; of no meaning once the round is over.</summary>
    public nint Tag => GCHandle.ToIntPtr(self);

    public Task Over => over.Task;

    public int Outstanding => Volatile.Read(ref outstanding);

    /// <summary>False when the round is over already and the record belongs to a later one.</summary>
    public bool TryEnter()
    {
        var seen = Volatile.Read(ref outstanding);
        while (seen > 0)
        {
            var before = Interlocked.CompareExchange(ref outstanding, seen + 1, seen);
            if (before == seen)
                return true;
            seen = before;
        }
        return false;
    }

    public void Leave()
    {
        if (Interlocked.Decrement(ref outstanding) > 0)
            return;
        self.Free();
        over.SetResult();
    }

    /// <summary>Called once: no flush waits for more than what has entered until now.</summary>
    public void Close() => Leave();
}

/// <summary>A record whose sender waits for its end.</summary>
internal sealed class AwaitedDelivery
{
    private readonly TaskCompletionSource<long> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private GCHandle self;

    /// <param name="round">Which it has entered.</param>
    public AwaitedDelivery(DeliveryRound round)
    {
        Round = round;
        self = GCHandle.Alloc(this);
    }

    public DeliveryRound Round { get; }

    /// <summary>Goes with the record and comes back with its report.</summary>
    public nint Tag => GCHandle.ToIntPtr(self);

    /// <summary>Where the record stands.</summary>
    public Task<long> Offset => ended.Task;

    public void End(long offset, DeliveryFailedException? failure)
    {
        Free();
        if (failure is null)
            ended.SetResult(offset);
        else
            ended.SetException(failure);
    }

    /// <summary>No report comes any more.</summary>
    public void Free() => self.Free();
}
