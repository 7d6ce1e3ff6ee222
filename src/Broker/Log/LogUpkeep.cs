namespace StockPipeline.Broker.Log;

/// <summary>
/// What a log needs beside appends and reads: checkpoints, flushing in time, retention, compaction. Any thread may call; whatever
/// changes files other than by appending keeps the rest of upkeep waiting. Failures are <see cref="IOException"/>s.
/// </summary>
internal sealed class LogUpkeep
{
    /// <summary>What a start after a crash reads again at most, beside what a minute brings.</summary>
    public const long MaxUnsavedBytes = 64 * 1024 * 1024;

    public static readonly TimeSpan MaxUnsavedTime = TimeSpan.FromMinutes(1);

    /// <summary>How much a power loss costs at most under <see cref="FlushPolicy.Interval"/>.</summary>
    public static readonly TimeSpan FlushInterval = TimeSpan.FromSeconds(1);

    /// <summary>How long a silent idempotent producer is remembered (producer.id.expiration.ms).</summary>
    private static readonly TimeSpan ProducerExpiration = TimeSpan.FromDays(1);

    private readonly Lock filesGate = new();
    private readonly LogState state;
    private readonly LogFlusher flusher;
    private readonly LogEnvironment environment;
    private (long End, long Start, long CleanedTo) saved;
    private long savedSize;
    private long savedAt;
    private long flushedAt;
    private bool hasEnded;

    public LogUpkeep(LogState state, LogFlusher flusher)
    {
        this.state = state;
        this.flusher = flusher;
        environment = state.Environment;
        saved = (flusher.FlushedTo, state.StartOffset, state.Cleaning.CleanedTo);
        savedSize = state.Segments.SizeInBytes;
        savedAt = flushedAt = environment.Now;
        Cleaner = new LogCleaner(state, this);
    }

    public LogCleaner Cleaner { get; }

    /// <summary>Flushes, then writes the indexes and the checkpoint: a start reads no more than what is appended from here on.</summary>
    public void SaveCheckpoint() => Exclusively(() => Save(state.StartOffset));

    /// <summary>A checkpoint unless the last one still says everything.</summary>
    public void SaveChanges() => Exclusively(() =>
    {
        bool isSaved;
        lock (state.Gate)
            isSaved = saved == (state.EndOffset, state.StartOffset, state.Cleaning.CleanedTo);
        if (!isSaved || state.Segments.All.Any(segment => !segment.IsSaved))
            Save(state.StartOffset);
    });

    /// <summary>Writes the new start down before anybody sees it.</summary>
    public void MoveStart(long target) => Exclusively(() =>
    {
        if (target <= state.StartOffset)
            return;
        Save(target);
        lock (state.Gate)
            PublishStart(target);
    });

    /// <summary>The part of upkeep that is done every second or so.</summary>
    public void FlushIfDue()
    {
        var now = environment.Now;
        var interval = environment.Flush == FlushPolicy.Os ? long.MaxValue : (long)FlushInterval.TotalMilliseconds;
        if (flusher.FlushedTo < state.EndOffset && now - flushedAt >= Math.Min(interval, state.Settings.FlushMs))
        {
            flushedAt = now;
            if (!flusher.TryFlush())
                return;
        }
        var isDue = state.Segments.SizeInBytes - savedSize >= MaxUnsavedBytes || now - savedAt >= (long)MaxUnsavedTime.TotalMilliseconds;
        if (isDue && saved.End < state.EndOffset)
            SaveCheckpoint();
    }

    /// <summary>
    /// Closes the segment that is written when it is old enough, also where nothing comes that would do it: what is in it can be compacted, or
    /// deleted, from then on.
    /// </summary>
    public void RollIfDue() => Exclusively(() =>
    {
        lock (state.Gate)
        {
            var active = state.Segments.Active;
            if (active.WrittenSince >= 0 && active.Length > 0 && environment.Now - active.WrittenSince > state.Settings.RollMs)
                state.Segments.Roll(state.EndOffset);
        }
    });

    /// <summary>Deletes whole segments that retention or a moved start gave up, forgets silent producers, closes idle files.</summary>
    public void Retain() => Exclusively(() =>
    {
        lock (state.Gate)
        {
            state.Producers.Expire(environment.Now - (long)ProducerExpiration.TotalMilliseconds);
            RollExpired(state.Settings);
        }
        DeleteGivenUp(CountGivenUp(state.Settings));
        foreach (var segment in state.Segments.All)
            segment.CloseIfIdle();
    });

    /// <summary>Keeps checkpoints, retention and the end of the log waiting while files change places; does nothing after the end.</summary>
    public void Exclusively(Action change)
    {
        lock (filesGate)
        {
            if (!hasEnded)
                change();
        }
    }

    /// <summary>After this nothing here touches a file.</summary>
    public void End()
    {
        lock (filesGate)
            hasEnded = true;
    }

    private void Save(long start)
    {
        byte[] encoded;
        long size;
        (long End, long Start, long CleanedTo) covered;
        (Segment Segment, SegmentSummary Summary)[] segments;
        lock (state.Gate)
        {
            covered = (state.EndOffset, start, state.Cleaning.CleanedTo);
            size = state.Segments.SizeInBytes;
            segments = [.. state.Segments.All.Select(segment => (segment, segment.Summary))];
            encoded = new Checkpoint(start, covered.End, state.Cleaning, state.Epochs, state.Producers).Encode();
        }
        if (!flusher.TryFlush())
            throw new IOException($"The log {state.Name} could not be flushed.");
        foreach (var (segment, summary) in segments)
            segment.SaveIndex(summary);
        Checkpoint.Save(environment.Disk, state.Folder, encoded);
        (saved, savedSize, savedAt) = (covered, size, environment.Now);
    }

    private void PublishStart(long target)
    {
        state.StartOffset = target;
        state.Epochs.StartAt(target);
    }

    /// <summary>The active segment can only go when it is no longer written.</summary>
    private void RollExpired(LogSettings settings)
    {
        var active = state.Segments.Active.Summary;
        if (active.Length > 0 && ((settings.Delete && IsTooOld(active, settings)) || state.StartOffset == state.EndOffset))
            state.Segments.Roll(state.EndOffset);
    }

    private bool IsTooOld(SegmentSummary summary, LogSettings settings) =>
        settings.RetentionMs >= 0 && summary.LargestTime >= 0 && environment.Now - summary.LargestTime > settings.RetentionMs;

    private int CountGivenUp(LogSettings settings)
    {
        var segments = state.Segments.All;
        var total = state.Segments.SizeInBytes;
        var count = 0;
        for (var number = 0; number < segments.Length - 1; number++)
        {
            var summary = segments[number].Summary;
            var isTooMuch = settings.RetentionBytes >= 0 && total - summary.Length >= settings.RetentionBytes;
            var isBehindStart = segments[number + 1].BaseOffset <= state.StartOffset;
            var isEmpty = summary.Length == 0;
            if (isBehindStart || (!isEmpty && settings.Delete && (IsTooOld(summary, settings) || isTooMuch)))
                count = number + 1;
            else if (!isEmpty)
                break;
            // One that compaction emptied goes with the next that goes: by itself it must not move the start.
            total -= summary.Length;
        }
        return count;
    }

    private void DeleteGivenUp(int count)
    {
        if (count == 0)
            return;
        var newStart = state.Segments.All[count].BaseOffset;
        // What the checkpoint does not yet tell of producers is only in the batches: those must not go before it is written.
        if (saved.End < newStart)
            Save(state.StartOffset);
        lock (state.Gate)
        {
            PublishStart(Math.Max(state.StartOffset, newStart));
            state.Segments.RemoveFirst(count);
        }
        state.Wake();
        LogEvents.SegmentsDeleted(environment.Logger, state.Name, count, state.StartOffset);
    }
}
