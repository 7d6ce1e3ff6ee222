namespace StockPipeline.Broker.Log;

/// <summary>
/// One file of a log: raw batches, nothing else. Reads are safe from any thread beside the one writer, which holds the
/// partition's lock. The index of a sealed segment is loaded when somebody looks and dropped when nobody does.
/// </summary>
internal sealed class Segment
{
    private readonly LogEnvironment environment;
    private readonly SegmentFile file;
    private readonly Lock gate = new();
    private OffsetIndex? index;
    private IDiskFile? writer;
    private volatile SegmentSummary summary;
    private long savedLength;
    private bool isDamageKnown;

    public Segment(LogEnvironment environment, SegmentFile file, long baseOffset, SegmentSummary summary, OffsetIndex? index, long savedLength)
    {
        this.environment = environment;
        this.file = file;
        BaseOffset = baseOffset;
        this.summary = summary;
        this.index = index;
        this.savedLength = savedLength;
    }

    public enum Outcome
    {
        Found,

        /// <summary>No batch at or behind the offset: it is in the next segment.</summary>
        NothingHere,

        DoesNotFit,

        /// <summary>The segment has left the log.</summary>
        Retired,
    }

    public long BaseOffset { get; }

    public string FilePath => file.Path;

    public string IndexPath => SegmentNames.IndexOf(file.Path);

    /// <summary>Everything in front of it is whole batches, also while the writer is at work.</summary>
    public long Length => summary.Length;

    public SegmentSummary Summary => summary;

    /// <summary>The index on the disk vouches for all of it.</summary>
    public bool IsSaved => Volatile.Read(ref savedLength) == Length;

    /// <summary>Makes this the segment that is written: its file stays open until <see cref="StopWriting"/>.</summary>
    public void StartWriting()
    {
        writer = Hold();
        _ = Index(writer);
    }

    public void StopWriting()
    {
        if (writer is null)
            return;
        writer = null;
        file.Release();
    }

    /// <summary>One write at the known end. When it throws, part of the batch may stand behind: cut that off before the next.</summary>
    public void Append(ReadOnlySpan<byte> batch)
    {
        var header = new RecordBatch(batch);
        var before = summary;
        writer!.Write(batch, before.Length);
        index!.Offer(header.BaseOffset - BaseOffset, before.Length, before.LargestTime);
        summary = before.Plus(header);
    }

    public void CutOffUnacknowledged() => writer!.SetLength(summary.Length);

    public void Flush()
    {
        if (!file.TryHold(out var held))
            return;
        try
        {
            held.Flush();
        }
        finally
        {
            file.Release();
        }
    }

    /// <summary>Writes the index up to a summary whose bytes are flushed. One caller at a time.</summary>
    public void SaveIndex(SegmentSummary flushed)
    {
        if (savedLength == flushed.Length || !file.TryHold(out var held))
            return;
        try
        {
            IndexFile.Write(environment.Disk, IndexPath, flushed, Index(held).UpTo(flushed.Length));
            Volatile.Write(ref savedLength, flushed.Length);
        }
        finally
        {
            file.Release();
        }
    }

    public void Retire()
    {
        StopWriting();
        file.Retire();
    }

    /// <summary>Gives back the file and the index of a sealed segment that nobody used since the last call.</summary>
    public void CloseIfIdle()
    {
        if (!file.CloseIfIdle())
            return;
        lock (gate)
        {
            if (savedLength == Length)
                index = null;
        }
    }

    /// <summary>Holds the file until <see cref="Release"/>, for reading the segment from one end to the other.</summary>
    public IDiskFile Hold() => file.TryHold(out var held) ? held : throw new IOException($"The segment {file.Path} has left the log.");

    public void Release() => file.Release();

    /// <summary>Whole batches from the one that holds the offset, or the next, on.</summary>
    public Outcome Read(long offset, int maxBytes, bool atLeastOne, out LogRegion? region)
    {
        region = null;
        if (!file.TryHold(out var held))
            return Outcome.Retired;
        try
        {
            Span<byte> buffer = stackalloc byte[BatchWalker.BufferSize];
            var position = Locate(held, offset, buffer, out var firstSize);
            if (position < 0)
                return Outcome.NothingHere;
            var fitting = FittingEnd(held, position, position + maxBytes, buffer);
            if (fitting == position && !atLeastOne)
                return Outcome.DoesNotFit;
            region = new LogRegion(file, held, position, fitting == position ? firstSize : (int)(fitting - position));
            return Outcome.Found;
        }
        finally
        {
            if (region is null)
                file.Release();
        }
    }

    /// <summary>The first record at or behind an offset that is at least as late as a time; null when there is none.</summary>
    public Outcome FindByTime(long timestamp, long fromOffset, out TimedOffset found)
    {
        found = default;
        if (!file.TryHold(out var held))
            return Outcome.Retired;
        try
        {
            Span<byte> buffer = stackalloc byte[BatchWalker.BufferSize];
            var walker = new BatchWalker(held, Index(held).ByTime(timestamp).Position, Length, buffer);
            while (walker.MoveNext())
            {
                var batch = walker.Current;
                if (batch.MaxTimestamp < timestamp || batch.LastOffset < fromOffset)
                    continue;
                using var reader = new BatchReader(held, walker.Position, Length);
                if (reader.MoveNext() && TimeLookup.TryFind(reader.Batch, timestamp, fromOffset, out found))
                    return Outcome.Found;
            }
            return Outcome.NothingHere;
        }
        finally
        {
            file.Release();
        }
    }

    /// <summary>How many bytes lie in front of the batch that holds the offset.</summary>
    public long BytesBefore(long offset)
    {
        if (offset <= BaseOffset || !file.TryHold(out var held))
            return 0;
        try
        {
            var position = Locate(held, offset, stackalloc byte[BatchWalker.BufferSize], out _);
            return position < 0 ? Length : position;
        }
        finally
        {
            file.Release();
        }
    }

    private long Locate(IDiskFile held, long offset, Span<byte> buffer, out int size)
    {
        size = 0;
        var end = Length;
        var position = (long)Index(held).ByOffset(offset - BaseOffset).Position;
        while (position >= 0)
        {
            var walker = new BatchWalker(held, position, end, buffer);
            while (walker.MoveNext())
            {
                if (walker.Current.LastOffset < offset)
                    continue;
                size = (int)walker.Current.Size;
                return walker.Position;
            }
            if (!walker.IsBroken)
                break;
            position = BatchSearch.Find(held, walker.Position, end, BaseOffset, BaseOffset + int.MaxValue);
            if (!Interlocked.Exchange(ref isDamageKnown, true))
                LogEvents.DamageRead(environment.Logger, FilePath, walker.Position, position);
        }
        return -1;
    }

    private long FittingEnd(IDiskFile held, long position, long limit, Span<byte> buffer)
    {
        var end = Length;
        if (end <= limit)
            return end;
        var fitting = Math.Max(position, Index(held).ByPosition(limit).Position);
        var walker = new BatchWalker(held, fitting, end, buffer);
        while (walker.MoveNext() && walker.Position + walker.Current.Size <= limit)
            fitting = walker.Position + walker.Current.Size;
        return fitting;
    }

    private OffsetIndex Index(IDiskFile held)
    {
        lock (gate)
            return index ??= LoadIndex(held);
    }

    private OffsetIndex LoadIndex(IDiskFile held)
    {
        if (IndexFile.TryRead(environment.Disk, IndexPath, out var saved, out var entries) && saved.Length == Length)
            return new OffsetIndex(entries);
        var rebuilt = new OffsetIndex();
        var walker = new BatchWalker(held, 0, Length, new byte[BatchWalker.BufferSize]);
        var largest = SegmentSummary.NoTime;
        while (walker.MoveNext())
        {
            rebuilt.Offer(walker.Current.BaseOffset - BaseOffset, walker.Position, largest);
            largest = Math.Max(largest, walker.Current.MaxTimestamp);
        }
        return rebuilt;
    }
}
