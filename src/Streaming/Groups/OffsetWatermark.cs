namespace StockPipeline.Streaming.Groups;

/// <summary>
/// Knows how far a partition may be committed: past the longest run of finished records that leaves none out, whatever the order in which
/// they finish. Offsets grow and may have gaps. Holds a fixed number of records. Safe from any thread.
/// </summary>
internal sealed class OffsetWatermark
{
    private const long Nothing = -1;

    // Not a Lock: a thread waits on it for work to finish.
    private readonly object gate = new();
    private readonly long[] offsets;
    private readonly bool[] finished;
    // Ordinals of records: the first that holds the watermark back, and the next to be started.
    private long first;
    private long next;
    private long committable = Nothing;
    private int waitedFor = (int)Nothing;

    public OffsetWatermark(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        offsets = new long[capacity];
        finished = new bool[capacity];
    }

    /// <summary>Records started and not yet passed by the watermark.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return (int)(next - first);
        }
    }

    /// <summary>The offset to commit, which is the one to go on from; null as long as nothing can be committed.</summary>
    public long? Committable
    {
        get
        {
            lock (gate)
                return committable == Nothing ? null : committable;
        }
    }

    /// <summary>Takes up records and gives them their tickets, by which they are finished.</summary>
    /// <exception cref="InvalidOperationException">The watermark holds as many as it can, or an offset does not follow the one before.</exception>
    public void Start(Span<WorkItem> items)
    {
        lock (gate)
        {
            foreach (ref var item in items)
                item = item with { Ticket = Start(item.Offset) };
        }
    }

    /// <summary>Takes note of finished records, in whatever order.</summary>
    /// <exception cref="InvalidOperationException">A record is not being worked on.</exception>
    public void Finish(ReadOnlySpan<WorkItem> items)
    {
        lock (gate)
        {
            foreach (ref readonly var item in items)
                Finish(item.Ticket);
            while (first < next && finished[Slot(first)])
                committable = offsets[Slot(first++)] + 1;
            if (next - first <= waitedFor)
                Monitor.Pulse(gate);
        }
    }

    /// <summary>Blocks until no more than so many records are held, or the time is over. For one thread.</summary>
    public bool WaitUntilAtMost(int count, TimeSpan patience)
    {
        lock (gate)
        {
            if (next - first <= count)
                return true;
            waitedFor = count;
            Monitor.Wait(gate, patience);
            waitedFor = (int)Nothing;
            return next - first <= count;
        }
    }

    private long Start(long offset)
    {
        if (next - first == offsets.Length)
            throw new InvalidOperationException($"More than {offsets.Length} records were taken up.");
        if (next > 0 && offset <= offsets[Slot(next - 1)])
            throw new InvalidOperationException($"Offset {offset} does not follow {offsets[Slot(next - 1)]}.");
        var slot = Slot(next);
        offsets[slot] = offset;
        finished[slot] = false;
        return next++;
    }

    private void Finish(long ticket)
    {
        if (ticket < first || ticket >= next || finished[Slot(ticket)])
            throw new InvalidOperationException("A record was finished that is not being worked on.");
        finished[Slot(ticket)] = true;
    }

    private int Slot(long ticket) => (int)(ticket % offsets.Length);
}
