using StockPipeline.Broker.Storage;

namespace StockPipeline.Broker.Log;

/// <summary>
/// One file of a log: raw batches, nothing else. Reads are safe from any thread beside the one writer, which holds the
/// partition's lock. The index of a sealed segment is loaded when somebody looks and dropped when nobody does.
/// </summary>
internal sealed class Segment(
    LogEnvironment environment, SegmentFile file, long baseOffset, SegmentSummary summary, OffsetIndex? index, long savedLength)
{
    private readonly string indexPath = Path.ChangeExtension(file.Path, SegmentNames.IndexEnding);
    private readonly Lock gate = new();
    private OffsetIndex? index = index;
    private SegmentFile.Lease? writer;
    private TailWriter? tail;
    private volatile SegmentSummary summary = summary;
    private long savedLength = savedLength;
    private volatile bool isNameFlushed = true;
    private bool isDamageKnown;

    public enum Outcome
    {
        Found,

        /// <summary>No batch at or behind the offset: it is in the next segment.</summary>
        NothingHere,

        /// <summary>The segment has left the log.</summary>
        Retired,
    }

    public long BaseOffset => baseOffset;

    public string FilePath => file.Path;

    /// <summary>When the first batch came that this process wrote here, by the broker's clock; of use while it is written.</summary>
    public long WrittenSince { get; private set; } = SegmentSummary.NoTime;

    /// <summary>Everything in front of it is whole batches, also while the writer is at work.</summary>
    public long Length => summary.Length;

    public SegmentSummary Summary => summary;

    /// <summary>The index on the disk vouches for all of it.</summary>
    public bool IsSaved => Volatile.Read(ref savedLength) == Length;

    /// <summary>An empty one to be written, under its own name or one that it has until then.</summary>
    public static Segment Create(LogEnvironment environment, string folder, long baseOffset, string path)
    {
        var opened = environment.Disk.Open(path);
        var file = new SegmentFile(environment.Disk, SegmentNames.Log(folder, baseOffset), opened);
        var created = new Segment(environment, file, baseOffset, SegmentSummary.Empty(baseOffset), new OffsetIndex(baseOffset), savedLength: 0);
        try
        {
            opened.SetLength(0);
            // Made under the lock of the partition: what waits for the disk is left to the flush, without which nothing here counts as kept.
            created.isNameFlushed = false;
            created.StartWriting();
            return created;
        }
        catch (IOException)
        {
            created.Retire();
            throw;
        }
    }

    /// <summary>Makes this the segment that is written: its file stays open until <see cref="StopWriting"/>.</summary>
    public void StartWriting()
    {
        writer = Hold();
        tail = new(writer.File);
        WrittenSince = Length == 0 ? SegmentSummary.NoTime : environment.Now;
        _ = Index(writer.File);
    }

    public void StopWriting()
    {
        writer?.Dispose();
        writer = null;
    }

    public void Append(ReadOnlySpan<byte> batch)
    {
        var before = summary;
        tail!.Append(batch, before.Length);
        if (before.Length == 0)
            WrittenSince = environment.Now;
        summary = index!.Add(new RecordBatch(batch), before);
    }

    /// <summary>Sets the offset that comes next: compaction may have taken the last records.</summary>
    public void EndAt(long nextOffset) => summary = summary with { NextOffset = nextOffset };

    public void Flush()
    {
        using var held = file.TryHold();
        if (held is null)
            return;
        held.File.Flush();
        if (isNameFlushed)
            return;
        environment.Disk.FlushFolder(Path.GetDirectoryName(FilePath)!);
        isNameFlushed = true;
    }

    /// <summary>Writes the index up to a summary whose bytes are flushed. One caller at a time.</summary>
    public void SaveIndex(SegmentSummary flushed)
    {
        if (savedLength == flushed.Length)
            return;
        using var held = file.TryHold();
        if (held is null)
            return;
        Index(held.File).Save(environment.Disk, indexPath, flushed);
        Volatile.Write(ref savedLength, flushed.Length);
    }

    public void Retire()
    {
        StopWriting();
        file.Retire();
    }

    public void Delete()
    {
        environment.Disk.Delete(FilePath);
        environment.Disk.Delete(indexPath);
        Retire();
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

    /// <summary>Holds the file for reading the segment from one end to the other.</summary>
    public SegmentFile.Lease Hold() => file.TryHold() ?? throw new IOException($"The segment {file.Path} has left the log.");

    /// <summary>Whole batches from the one that holds the offset, or the next, on; no region when not even the first fits.</summary>
    public Outcome Read(long offset, int maxBytes, bool atLeastOne, out LogRegion? region)
    {
        region = null;
        var held = file.TryHold();
        if (held is null)
            return Outcome.Retired;
        try
        {
            Span<byte> buffer = stackalloc byte[BatchWalker.BufferSize];
            var position = Locate(held.File, offset, buffer, out var firstSize);
            if (position < 0)
                return Outcome.NothingHere;
            var fitting = FittingEnd(held.File, position, position + maxBytes, buffer);
            if (fitting > position)
                region = new LogRegion(held, position, (int)(fitting - position));
            else if (atLeastOne)
                region = new LogRegion(held, position, firstSize);
            return Outcome.Found;
        }
        finally
        {
            if (region is null)
                held.Dispose();
        }
    }

    /// <summary>The first record at or behind an offset that is at least as late as a time; null when there is none.</summary>
    public Outcome FindByTime(long timestamp, long fromOffset, out TimedOffset found)
    {
        found = default;
        using var held = file.TryHold();
        if (held is null)
            return Outcome.Retired;
        Span<byte> buffer = stackalloc byte[BatchWalker.BufferSize];
        var walker = new BatchWalker(held.File, Index(held.File).ByTime(timestamp), Length, buffer);
        while (walker.MoveNext())
        {
            var batch = walker.Current;
            if (batch.MaxTimestamp < timestamp || batch.LastOffset < fromOffset)
                continue;
            using var reader = new BatchReader(held.File, walker.Position, Length, 0, long.MaxValue);
            if (reader.TryRead() && TimedOffset.TryFind(reader.Batch, timestamp, fromOffset, out found))
                return Outcome.Found;
        }
        return Outcome.NothingHere;
    }

    /// <summary>How many bytes lie in front of the batch that holds the offset.</summary>
    public long BytesBefore(long offset)
    {
        if (offset <= BaseOffset)
            return 0;
        using var held = file.TryHold();
        if (held is null)
            return 0;
        var position = Locate(held.File, offset, stackalloc byte[BatchWalker.BufferSize], out _);
        return position < 0 ? Length : position;
    }

    private long Locate(IDiskFile held, long offset, Span<byte> buffer, out int size)
    {
        size = 0;
        var end = Length;
        var position = Index(held).ByOffset(offset);
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
        var fitting = Math.Max(position, Index(held).ByPosition(limit));
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
        if (OffsetIndex.Load(environment.Disk, indexPath, BaseOffset, out var loaded)?.Length == Length)
            return loaded;
        var rebuilt = new OffsetIndex(BaseOffset);
        var walker = new BatchWalker(held, 0, Length, new byte[BatchWalker.BufferSize]);
        var walked = SegmentSummary.Empty(BaseOffset);
        while (walker.MoveNext())
            walked = rebuilt.Add(walker.Current, walked);
        return rebuilt;
    }
}
