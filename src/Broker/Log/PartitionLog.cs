using StockPipeline.Broker.Protocol;

namespace StockPipeline.Broker.Log;

/// <summary>
/// The records of one partition, in a folder of their own. Appends are serialised by the log; reads, lookups and waiting do not
/// block behind them. All members may be called from any thread; upkeep is done through <see cref="Upkeep"/>.
/// A batch that was acknowledged is with the operating system: the death of the process loses none.
/// </summary>
internal sealed class PartitionLog
{
    private readonly LogEnvironment environment;
    private readonly LogState state;
    private readonly LogAppender appender;
    private readonly LogFlusher flusher;

    private PartitionLog(LogEnvironment environment, string folder, LogSettings settings)
    {
        this.environment = environment;
        var found = LogRecovery.Run(environment, folder);
        state = new LogState(environment, folder, settings, found);
        state.Epochs.Assign(environment.LeaderEpoch, state.EndOffset);
        state.Segments.Active.StartWriting();
        appender = new LogAppender(state);
        flusher = new LogFlusher(state, found.Checkpoint.ProducersAt);
        Upkeep = new LogUpkeep(state, flusher);
    }

    /// <summary>The name of the folder: topic and partition.</summary>
    public string Name => state.Name;

    /// <summary>Takes effect with the next append or turn of upkeep.</summary>
    public LogSettings Settings
    {
        get => state.Settings;
        set => state.Settings = value;
    }

    /// <summary>The first offset readers may ask for; moves forward only.</summary>
    public long StartOffset => state.StartOffset;

    /// <summary>Where the next record goes; with one node also the high watermark and the last stable offset.</summary>
    public long EndOffset => state.EndOffset;

    /// <summary>The epoch stamped into batches now.</summary>
    public int LeaderEpoch => environment.LeaderEpoch;

    /// <summary>Flushing, retention and compaction.</summary>
    public LogUpkeep Upkeep { get; }

    public bool IsClosed => state.IsClosed;

    /// <summary>Opens the log in a folder, created when missing, and puts right what a crash left behind. One opener per folder.</summary>
    public static PartitionLog Open(LogEnvironment environment, string folder, LogSettings settings) =>
        new(environment, Path.GetFullPath(folder), settings);

    /// <summary>
    /// Appends what a produce request holds for the partition: one batch, into whose bytes base offset, leader epoch and (where the
    /// topic says so) time are written. A repeated batch of an idempotent producer answers with its original offset.
    /// When it returns without an error, the batch is as safe as the flush policy promises.
    /// </summary>
    public AppendResult Append(Memory<byte> records)
    {
        var settings = Settings;
        var now = environment.Now;
        var result = BatchValidator.Check(records, settings, now);
        if (result.Error == ErrorCode.None)
        {
            lock (state.Gate)
                result = appender.Append(records.Span, settings, now);
        }
        if (result.Error == ErrorCode.None)
        {
            state.Wake();
            var mustFlush = environment.Flush == FlushPolicy.Always || EndOffset - flusher.FlushedTo >= settings.FlushMessages;
            if (mustFlush && !flusher.TryFlush())
                result = AppendResult.Refused(ErrorCode.KafkaStorageError, "The broker could not flush its disk.");
        }
        return result with { LogStartOffset = StartOffset };
    }

    /// <summary>
    /// Reads whole batches from the one that holds the offset (or, where compaction left a gap, the next) up to a number of bytes;
    /// with <paramref name="atLeastOne"/> the first batch whatever its size. The caller releases the region.
    /// </summary>
    public LogRead Read(long offset, int maxBytes, bool atLeastOne)
    {
        try
        {
            var (start, end) = (StartOffset, EndOffset);
            if (IsClosed)
                return new(state.ClosedWith, null, -1, -1);
            if (offset < start || offset > end)
                return new(ErrorCode.OffsetOutOfRange, null, -1, -1);
            if (offset == end)
                return new(ErrorCode.None, null, start, end);
            var segments = state.Segments.All;
            foreach (var segment in segments.AsSpan(SegmentList.Find(segments, offset)))
            {
                var outcome = segment.Read(offset, maxBytes, atLeastOne, out var region);
                if (outcome == Segment.Outcome.Found)
                    return new(ErrorCode.None, region, start, end);
                // Compaction or retention came between: the list is another one now.
                if (outcome == Segment.Outcome.Retired)
                    return Read(offset, maxBytes, atLeastOne);
            }
            return new(ErrorCode.None, null, start, end);
        }
        catch (IOException failure)
        {
            LogEvents.ReadFailed(environment.Logger, failure, Name, offset);
            return new(ErrorCode.KafkaStorageError, null, -1, -1);
        }
    }

    /// <summary>From now on the signal is set by every append, by deletion and by closing. Watch first, then look, then wait.</summary>
    public void Watch(LogSignal signal) => state.Moved += signal.Set;

    public void Unwatch(LogSignal signal) => state.Moved -= signal.Set;

    /// <summary>The first record, in the order of offsets, at least as late as a time; null when there is none.</summary>
    public TimedOffset? FindByTime(long timestamp)
    {
        try
        {
            return SearchByTime(timestamp);
        }
        catch (IOException failure)
        {
            LogEvents.SearchFailed(environment.Logger, failure, Name, timestamp);
            throw;
        }
    }

    /// <summary>The first of the latest records; null when the log is empty.</summary>
    public TimedOffset? FindLatest()
    {
        var latest = state.Segments.All.Max(segment => segment.Summary.LargestTime);
        return latest < 0 ? null : FindByTime(latest);
    }

    /// <summary>The leader epoch the record at an offset was written in; at the end of the log the current one, -1 when unknown.</summary>
    public int EpochAt(long offset)
    {
        lock (state.Gate)
            return state.Epochs.At(offset);
    }

    /// <summary>The largest known epoch not above the one asked for, and the offset it ended at; (-1, -1) when there is none.</summary>
    public (int Epoch, long EndOffset) EndOffsetForEpoch(int epoch)
    {
        lock (state.Gate)
            return state.Epochs.EndOf(epoch, EndOffset);
    }

    /// <summary>
    /// Moves the start of the log, -1 to its end. The new start is on the disk when this returns without an error; space is given
    /// back later.
    /// </summary>
    public ErrorCode DeleteRecords(long beforeOffset)
    {
        var target = beforeOffset == -1 ? EndOffset : beforeOffset;
        if (target < 0 || target > EndOffset)
            return ErrorCode.OffsetOutOfRange;
        if (IsClosed)
            return state.ClosedWith;
        if (target <= StartOffset)
            return ErrorCode.None;
        try
        {
            Upkeep.MoveStart(target);
        }
        catch (IOException failure)
        {
            LogEvents.WriteFailed(environment.Logger, failure, Name);
            return ErrorCode.KafkaStorageError;
        }
        state.Wake();
        return ErrorCode.None;
    }

    /// <summary>
    /// Flushes and writes down all that makes the next start a short one, then answers nothing but storage errors. Throws an
    /// <see cref="IOException"/> when the disk refuses; the log is closed then as well, and its end was not a clean one.
    /// </summary>
    public void Close()
    {
        if (!TryEnd(ErrorCode.KafkaStorageError))
            return;
        try
        {
            Upkeep.SaveChanges();
        }
        finally
        {
            End();
        }
    }

    /// <summary>
    /// Lets go of the files as they are, without writing another byte; from now on the log answers with the error. For a topic whose folder
    /// goes as a whole, and for an end that imitates the death of the process. Regions that are still being sent stay readable.
    /// </summary>
    public void Abandon(ErrorCode answer)
    {
        if (TryEnd(answer))
            End();
    }

    private TimedOffset? SearchByTime(long timestamp)
    {
        foreach (var segment in state.Segments.All.Where(segment => segment.Summary.LargestTime >= timestamp))
        {
            var outcome = segment.FindByTime(timestamp, StartOffset, out var found);
            if (outcome == Segment.Outcome.Found)
                return found;
            if (outcome == Segment.Outcome.Retired)
                return IsClosed ? null : SearchByTime(timestamp);
        }
        return null;
    }

    private bool TryEnd(ErrorCode error)
    {
        lock (state.Gate)
        {
            if (IsClosed)
                return false;
            state.Refusal = state.ClosedWith = error;
            return true;
        }
    }

    /// <summary>Waits for upkeep to let go of the files.</summary>
    private void End()
    {
        Upkeep.End();
        foreach (var segment in state.Segments.All)
            segment.Retire();
        state.Wake();
    }
}
