namespace StockPipeline.CatalogApi.Storing;

/// <summary>
/// Collects what is read while what was read before is being written: an idle store writes at once, a busy one writes much together. The reader's
/// thread adds and may have to wait; the writer's thread takes.
/// </summary>
internal sealed class StoreQueue
{
    /// <summary>Rows that wait to be written; beyond it the reader waits.</summary>
    public const int MaxRows = 1_500;

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    /// <summary>A monitor, because both sides wait for the other.</summary>
    private readonly object gate = new();
    private StoreBatch open = new();
    private bool isWriting;
    private bool isOver;

    /// <summary>Adds what was read of one partition.</summary>
    public void Add(Action<StoreBatch> add, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            WaitUntil(() => open.Count < MaxRows, cancellationToken);
            add(open);
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Waits until all that was added is written.</summary>
    public void Drain(CancellationToken cancellationToken)
    {
        lock (gate)
            WaitUntil(() => open.IsEmpty && !isWriting, cancellationToken);
    }

    /// <summary>Writes what is added until it is stopped.</summary>
    public void Run(Action<StoreBatch> write, CancellationToken cancellationToken)
    {
        try
        {
            while (Take(cancellationToken) is { } batch)
            {
                write(batch);
                lock (gate)
                {
                    isWriting = false;
                    Monitor.PulseAll(gate);
                }
            }
        }
        finally
        {
            // Nobody may wait for a writer that is no more.
            lock (gate)
            {
                isOver = true;
                Monitor.PulseAll(gate);
            }
        }
    }

    /// <summary>All that was added since the last time; null at the stop.</summary>
    private StoreBatch? Take(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            while (open.IsEmpty)
            {
                if (cancellationToken.IsCancellationRequested)
                    return null;
                Monitor.Wait(gate, LookAgain);
            }
            if (cancellationToken.IsCancellationRequested)
                return null;
            var batch = open;
            open = new StoreBatch();
            isWriting = true;
            return batch;
        }
    }

    private void WaitUntil(Func<bool> isSo, CancellationToken cancellationToken)
    {
        while (!isSo())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (isOver)
                throw new OperationCanceledException("The store is written no more.");
            Monitor.Wait(gate, LookAgain);
        }
    }
}
