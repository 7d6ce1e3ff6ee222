using System.Runtime.InteropServices;
using StockPipeline.Streaming.Connections;
using StockPipeline.Streaming.Metrics;
using StockPipeline.Streaming.Tracing;

namespace StockPipeline.Streaming.Tables;

/// <summary>The records of one partition of one table that its handler gets together. Used by the reader's thread.</summary>
internal sealed class OpenBatch(string service, IStreamingMetrics metrics, Func<int, ValueTask> onDelivered)
{
    private readonly List<string> traces = [];
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

    /// <summary>Notes the trace of the record added last, where it has one.</summary>
    public void Follow(string? trace)
    {
        if (trace is not null && traces.Count < RecordTrace.MaxTraces)
            traces.Add(trace);
    }

    /// <summary>Hands over what there is.</summary>
    public void Deliver()
    {
        if (table is not { } delivered)
            return;
        table = null;
        var count = delivered.Buffered;
        using (traces.Count == 0 ? null : RecordTrace.Begin(service, delivered.Topic, partition, count, CollectionsMarshal.AsSpan(traces)))
        {
            traces.Clear();
            delivered.Deliver(partition);
            DedicatedThread.Wait(onDelivered(partition));
        }
        metrics.Consumed(delivered.Topic, count, DateTimeOffset.FromUnixTimeMilliseconds(newestMs));
    }
}
