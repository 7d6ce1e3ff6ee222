namespace StockPipeline.Broker.Log;

/// <summary>Forces a log to the disk up to an offset. Callers that wait together share one flush. Safe from any thread.</summary>
internal sealed class LogFlusher(LogState log, long flushedTo)
{
    private readonly Lock gate = new();
    private long flushedTo = flushedTo;

    public long FlushedTo => Volatile.Read(ref flushedTo);

    public void FlushTo(long offset)
    {
        if (FlushedTo >= offset)
            return;
        lock (gate)
        {
            if (FlushedTo >= offset)
                return;
            // The end is taken first: what is appended during the flush waits for the next.
            var end = log.EndOffset;
            var segments = log.Segments.All;
            for (var number = SegmentList.Find(segments, FlushedTo); number < segments.Length; number++)
                segments[number].Flush();
            Volatile.Write(ref flushedTo, end);
        }
    }
}
