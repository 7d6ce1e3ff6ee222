namespace StockPipeline.Broker.Log;

/// <summary>Writes a segment anew under a temporary name and puts it in the place of one or more old ones. One thread.</summary>
internal sealed class SegmentBuilder : IDisposable
{
    private const int BufferSize = 1024 * 1024;

    private readonly LogEnvironment environment;
    private readonly string folder;
    private readonly long baseOffset;
    private readonly string cleanedPath;
    private readonly MemoryStream pending = new(BufferSize);
    private readonly OffsetIndex index = new();
    private IDiskFile? file;
    private SegmentSummary summary;

    public SegmentBuilder(LogEnvironment environment, string folder, long baseOffset)
    {
        this.environment = environment;
        this.folder = folder;
        this.baseOffset = baseOffset;
        cleanedPath = SegmentNames.Cleaned(folder, baseOffset);
        summary = SegmentSummary.Empty(baseOffset);
        file = environment.Disk.Open(cleanedPath);
        file.SetLength(0);
    }

    public long Length => summary.Length;

    public void Add(ReadOnlySpan<byte> batch)
    {
        var header = new RecordBatch(batch);
        index.Offer(header.BaseOffset - baseOffset, summary.Length, summary.LargestTime);
        if (pending.Length + batch.Length > BufferSize)
            WritePending();
        pending.Write(batch);
        summary = summary.Plus(header);
    }

    /// <summary>
    /// From here on a crash finishes the replacement instead of forgetting it. The segment's file is held open for the caller, who
    /// releases it when <see cref="FinishSwap"/> gave it its name.
    /// </summary>
    public Segment BeginSwap(long end)
    {
        WritePending();
        file!.Flush();
        environment.Disk.Move(cleanedPath, SegmentNames.Swap(folder, baseOffset, end));
        environment.Disk.FlushFolder(folder);
        summary = summary with { NextOffset = end };
        var shared = new SegmentFile(environment.Disk, SegmentNames.Log(folder, baseOffset), file);
        file = null;
        return new(environment, shared, baseOffset, summary, index, savedLength: 0);
    }

    /// <summary>
    /// Also what recovery does with a swap file it finds. The old index goes first and for good: beside the new bytes it would lie.
    /// The old segment of the same base goes last, replaced in one step, so that at every instant either it or the swap file is there.
    /// </summary>
    public static void FinishSwap(IDisk disk, string folder, long baseOffset, long end)
    {
        foreach (var name in disk.List(folder))
        {
            if (SegmentNames.TryParseIndex(name, out var indexed) && indexed >= baseOffset && indexed < end)
                disk.Delete(Path.Combine(folder, name));
            if (SegmentNames.TryParseLog(name, out var old) && old > baseOffset && old < end)
                disk.Delete(Path.Combine(folder, name));
        }
        disk.FlushFolder(folder);
        disk.Move(SegmentNames.Swap(folder, baseOffset, end), SegmentNames.Log(folder, baseOffset));
        disk.FlushFolder(folder);
    }

    /// <summary>Forgets what was written unless the swap has begun.</summary>
    public void Dispose()
    {
        pending.Dispose();
        if (file is null)
            return;
        file.Dispose();
        environment.Disk.Delete(cleanedPath);
    }

    private void WritePending()
    {
        file!.Write(pending.GetBuffer().AsSpan(0, (int)pending.Length), summary.Length - pending.Length);
        pending.SetLength(0);
    }
}
