using StockPipeline.Broker.Protocol;

namespace StockPipeline.Broker.Log;

/// <summary>Forces a log to the disk. Callers that wait together share one flush. Safe from any thread.</summary>
internal sealed class LogFlusher(LogState log, long flushedTo)
{
    private readonly Lock gate = new();
    private long flushedTo = flushedTo;
    private bool hasFailed;

    public long FlushedTo => Volatile.Read(ref flushedTo);

    /// <summary>
    /// Flushes all there is; false when the disk refused, now or ever: the system may have dropped what it could not write and report
    /// success the next time, so that no later flush can be believed. The log takes no more records then.
    /// </summary>
    public bool TryFlush()
    {
        var target = log.EndOffset;
        if (FlushedTo >= target)
            return true;
        lock (gate)
        {
            if (FlushedTo >= target)
                return true;
            if (hasFailed)
                return false;
            // The end is taken first: what is appended during the flush waits for the next.
            var end = log.EndOffset;
            var segments = log.Segments.All;
            hasFailed = true;
            try
            {
                for (var number = SegmentList.Find(segments, FlushedTo); number < segments.Length; number++)
                    segments[number].Flush();
            }
            catch (IOException failure)
            {
                LogEvents.FlushFailed(log.Environment.Logger, failure, log.Name);
                lock (log.Gate)
                    log.Refusal = ErrorCode.KafkaStorageError;
                return false;
            }
            hasFailed = false;
            Volatile.Write(ref flushedTo, end);
            return true;
        }
    }
}
