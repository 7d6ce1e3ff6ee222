namespace StockPipeline.Broker.Log;

/// <summary>Forces a log to the disk up to an offset. Callers that wait together share one flush. Safe from any thread.</summary>
internal sealed class LogFlusher(LogState log, long flushedTo)
{
    private readonly Lock gate = new();
    private long flushedTo = flushedTo;

    /// <summary>
    /// A flush failed. The system may have dropped what it could not write and report success the next time, so that no later
    /// flush can be believed.
    /// </summary>
    public bool HasFailed { get; private set; }

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
            if (HasFailed)
                throw new IOException($"An earlier flush of the log {log.Name} failed.");
            HasFailed = true;
            for (var number = SegmentList.Find(segments, FlushedTo); number < segments.Length; number++)
                segments[number].Flush();
            HasFailed = false;
            Volatile.Write(ref flushedTo, end);
        }
    }
}
