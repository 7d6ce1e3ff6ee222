using Confluent.Kafka;

namespace StockPipeline.Streaming.Producing;

/// <summary>
/// Counts the records sent between two flushes. Closed by a flush, it is over when the last of its records is acknowledged; records sent
/// later belong to the next round, so a flush waits for exactly what was sent before it. Safe from any thread.
/// </summary>
internal sealed class DeliveryRound
{
    private readonly TaskCompletionSource over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    // One more than the records on their way, until the round is closed.
    private int outstanding = 1;

    /// <param name="sent">Told of each report of a record that nobody awaits, together with its round.</param>
    public DeliveryRound(Action<DeliveryRound, DeliveryReport<byte[], byte[]?>> sent) => Sent = report => sent(this, report);

    /// <summary>One delegate for all records of the round: a closure for each would double what a record costs.</summary>
    public Action<DeliveryReport<byte[], byte[]?>> Sent { get; }

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
        if (Interlocked.Decrement(ref outstanding) == 0)
            over.SetResult();
    }

    /// <summary>Called once: no flush waits for more than what has entered until now.</summary>
    public void Close() => Leave();
}
