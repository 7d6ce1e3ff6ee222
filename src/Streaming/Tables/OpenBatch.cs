using StockPipeline.Streaming.Metrics;

namespace StockPipeline.Streaming.Tables;

/// <summary>The records of one partition of one table that its handler gets together. Used by the reader's thread.</summary>
internal sealed class OpenBatch(IStreamingMetrics metrics)
{
    private Table? table;
    private int partition;
    private long newestMs;

    /// <summary>Records wait to be delivered.</summary>
    public bool IsOpen => table is not null;

    public bool IsOf(Table one, int number) => ReferenceEquals(table, one) && partition == number;

    /// <summary>Adds a record. The batch is closed, or of the same partition.</summary>
    public void Add(Table one, int number, byte[] key, object? value, long offset, long timestampMs)
    {
        (table, partition, newestMs) = (one, number, timestampMs);
        one.Add(key, value, offset, timestampMs);
    }

    /// <summary>Hands over what there is.</summary>
    public void Deliver()
    {
        if (table is not { } delivered)
            return;
        table = null;
        var count = delivered.Buffered;
        delivered.Deliver(partition);
        metrics.Consumed(delivered.Topic, count, DateTimeOffset.FromUnixTimeMilliseconds(newestMs));
    }
}
