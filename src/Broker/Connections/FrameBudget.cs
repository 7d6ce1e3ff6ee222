namespace StockPipeline.Broker.Connections;

/// <summary>
/// The memory that requests share. Small ones always fit; a large one takes more as its bytes arrive, so that a length by itself costs nothing, and
/// waits, first come first served, until others are answered. Where all who hold memory wait for more, the last of them is refused: nobody would
/// ever go on. Safe from any thread.
/// </summary>
internal sealed class FrameBudget(long capacity)
{
    /// <summary>Heartbeats and their like never wait behind bulk data; the number of connections bounds them.</summary>
    public const int AlwaysFits = 16 * 1024;

    private readonly long capacity = capacity;
    private readonly Lock gate = new();
    private readonly LinkedList<Waiter> waiting = [];
    private long free = capacity;
    private int holders;
    private int waitingHolders;

    public Reservation Begin() => new(this);

    private sealed record Waiter(Reservation Of, long Needed, TaskCompletionSource<bool> Granted);

    private Task<bool> GrowAsync(Reservation reservation, int bytes, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            // A frame beyond the whole budget waits to be alone.
            var needed = Math.Min(bytes, capacity) - reservation.Held;
            if (needed <= 0)
                return Task.FromResult(true);
            if (waiting.Count == 0 && needed <= free)
            {
                Grant(reservation, needed);
                return Task.FromResult(true);
            }
            var waiter = new Waiter(reservation, needed, new(TaskCreationOptions.RunContinuationsAsynchronously));
            waitingHolders += reservation.Held > 0 ? 1 : 0;
            waiting.AddLast(waiter);
            RefuseLast();
            return WaitAsync(waiter, cancellationToken);
        }
    }

    private async Task<bool> WaitAsync(Waiter waiter, CancellationToken cancellationToken)
    {
        await using var leaving = cancellationToken.UnsafeRegister(_ =>
        {
            lock (gate)
            {
                if (!waiting.Contains(waiter))
                    return;
                Remove(waiter);
                waiter.Granted.TrySetCanceled(cancellationToken);
                GoOn();
            }
        }, null);
        return await waiter.Granted.Task;
    }

    private void Release(Reservation reservation)
    {
        lock (gate)
        {
            if (reservation.Held == 0)
                return;
            free += reservation.Held;
            reservation.Held = 0;
            holders--;
            GoOn();
        }
    }

    private void Grant(Reservation reservation, long bytes)
    {
        holders += reservation.Held == 0 ? 1 : 0;
        reservation.Held += bytes;
        free -= bytes;
    }

    private void GoOn()
    {
        while (waiting.First?.Value is { } first && first.Needed <= free)
        {
            Remove(first);
            Grant(first.Of, first.Needed);
            first.Granted.TrySetResult(true);
        }
        RefuseLast();
    }

    /// <summary>What the refused one gives back lets the others go on.</summary>
    private void RefuseLast()
    {
        if (waiting.Count == 0 || waitingHolders < holders)
            return;
        for (var last = waiting.Last; last is not null; last = last.Previous)
        {
            if (last.Value.Of.Held == 0)
                continue;
            Remove(last.Value);
            last.Value.Granted.TrySetResult(false);
            return;
        }
    }

    private void Remove(Waiter waiter)
    {
        waiting.Remove(waiter);
        waitingHolders -= waiter.Of.Held > 0 ? 1 : 0;
    }

    /// <summary>What one request has of the budget, until it is disposed. One request at a time may ask for more.</summary>
    public sealed class Reservation(FrameBudget budget) : IDisposable
    {
        internal long Held { get; set; }

        /// <summary>
        /// Completes when so many bytes of the frame may be in memory, or with false when they never may; a wait that is cancelled takes nothing.
        /// </summary>
        public ValueTask<bool> GrowToAsync(int bytes, CancellationToken cancellationToken) =>
            bytes <= AlwaysFits ? new(true) : new(budget.GrowAsync(this, bytes, cancellationToken));

        public void Dispose() => budget.Release(this);
    }
}
