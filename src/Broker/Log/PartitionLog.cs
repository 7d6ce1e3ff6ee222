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
    private volatile LogSettings settings;
    private volatile ErrorCode closedWith = ErrorCode.None;

    private PartitionLog(LogEnvironment environment, string folder, LogSettings settings)
    {
        this.environment = environment;
        this.settings = settings;
        var found = new LogRecovery(environment, folder).Run();
        state = new LogState(environment, folder, found);
        state.Epochs.Assign(environment.LeaderEpoch, state.EndOffset);
        state.Segments.Active.StartWriting();
        appender = new LogAppender(state);
        flusher = new LogFlusher(state, found.Checkpoint.ProducersAt);
        Upkeep = new LogUpkeep(this, state, flusher);
    }

    /// <summary>The name of the folder: topic and partition.</summary>
    public string Name => state.Name;

    /// <summary>Takes effect with the next append or turn of upkeep.</summary>
    public LogSettings Settings
    {
        get => settings;
        set => settings = value;
    }

    /// <summary>The first offset readers may ask for; moves forward only.</summary>
    public long StartOffset => state.StartOffset;

    /// <summary>Where the next record goes; with one node also the high watermark and the last stable offset.</summary>
    public long EndOffset => state.EndOffset;

    public long SizeInBytes => state.Segments.SizeInBytes;

    /// <summary>The epoch stamped into batches now.</summary>
    public int LeaderEpoch => environment.LeaderEpoch;

    /// <summary>Flushing, retention and compaction.</summary>
    public LogUpkeep Upkeep { get; }

    public bool IsClosed => closedWith != ErrorCode.None;

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
        var current = settings;
        var now = environment.Now;
        var verdict = BatchValidator.Check(records, current, now);
        if (verdict.Error != ErrorCode.None)
            return new(verdict.Error, -1, -1, StartOffset, verdict.Message, verdict.BadRecord);
        AppendResult result;
        lock (state.Gate)
            result = appender.Append(records.Span, current, now);
        if (result.Error != ErrorCode.None)
            return result;
        state.Waiters.Wake();
        var mustFlush = environment.Flush == FlushPolicy.Always || EndOffset - flusher.FlushedTo >= current.FlushMessages;
        if (mustFlush && !TryFlush())
            return new(ErrorCode.KafkaStorageError, -1, -1, StartOffset, "The broker could not flush its disk.");
        return result;
    }

    /// <summary>
    /// Reads whole batches from the one that holds the offset (or, where compaction left a gap, the next) up to a number of bytes;
    /// with <paramref name="atLeastOne"/> the first batch whatever its size. The caller releases the region.
    /// </summary>
    public LogRead Read(long offset, int maxBytes, bool atLeastOne)
    {
        try
        {
            while (true)
            {
                var (start, end) = (StartOffset, EndOffset);
                if (closedWith != ErrorCode.None)
                    return new(closedWith, null, -1, -1);
                if (offset < start || offset > end)
                    return new(ErrorCode.OffsetOutOfRange, null, -1, -1);
                if (offset == end)
                    return new(ErrorCode.None, null, start, end);
                if (Read(offset, maxBytes, atLeastOne, out var region) != Segment.Outcome.Retired)
                    return new(ErrorCode.None, region, start, end);
            }
        }
        catch (IOException failure)
        {
            LogEvents.ReadFailed(environment.Logger, failure, Name, offset);
            return new(ErrorCode.KafkaStorageError, null, -1, -1);
        }
    }

    /// <summary>From now on the signal is set by every append, by deletion and by closing. Watch first, then look, then wait.</summary>
    public void Watch(LogSignal signal) => state.Waiters.Add(signal);

    public void Unwatch(LogSignal signal) => state.Waiters.Remove(signal);

    /// <summary>The first record, in the order of offsets, at least as late as a time; null when there is none.</summary>
    public TimedOffset? FindByTime(long timestamp)
    {
        while (true)
        {
            var outcome = Segment.Outcome.NothingHere;
            foreach (var segment in state.Segments.All)
            {
                if (segment.Summary.LargestTime < timestamp)
                    continue;
                outcome = segment.FindByTime(timestamp, StartOffset, out var found);
                if (outcome == Segment.Outcome.Found)
                    return found;
                if (outcome == Segment.Outcome.Retired)
                    break;
            }
            if (outcome != Segment.Outcome.Retired || IsClosed)
                return null;
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
        if (closedWith != ErrorCode.None)
            return closedWith;
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
        state.Waiters.Wake();
        return ErrorCode.None;
    }

    /// <summary>Flushes all there is; false when the disk refused. Then nobody knows what it holds, and the log takes no more records.</summary>
    public bool TryFlush()
    {
        try
        {
            flusher.FlushTo(EndOffset);
            return true;
        }
        catch (IOException failure)
        {
            lock (state.Gate)
            {
                if (appender.Refusal == ErrorCode.None)
                    LogEvents.FlushFailed(environment.Logger, failure, Name);
                appender.Refuse(ErrorCode.KafkaStorageError);
            }
            return false;
        }
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

    private Segment.Outcome Read(long offset, int maxBytes, bool atLeastOne, out LogRegion? region)
    {
        var segments = state.Segments.All;
        region = null;
        var outcome = Segment.Outcome.NothingHere;
        for (var number = SegmentList.Find(segments, offset); number < segments.Length && outcome == Segment.Outcome.NothingHere; number++)
            outcome = segments[number].Read(offset, maxBytes, atLeastOne, out region);
        return outcome;
    }

    private bool TryEnd(ErrorCode error)
    {
        lock (state.Gate)
        {
            if (IsClosed)
                return false;
            appender.Refuse(error);
            closedWith = error;
            return true;
        }
    }

    /// <summary>Waits for upkeep to let go of the files.</summary>
    private void End()
    {
        Upkeep.End();
        state.Segments.RetireAll();
        state.Waiters.Wake();
    }
}
