namespace StockPipeline.Broker.Log;

/// <summary>
/// The segments of a log in order; the last is the one written. Looked at from any thread: <see cref="All"/> is replaced, never
/// changed. Changes need the partition's lock.
/// </summary>
internal sealed class SegmentList
{
    private readonly LogEnvironment environment;
    private readonly string folder;
    private volatile Segment[] all;

    public SegmentList(LogEnvironment environment, string folder, IEnumerable<Segment> segments)
    {
        this.environment = environment;
        this.folder = folder;
        all = [.. segments];
    }

    public Segment[] All => all;

    public Segment Active => all[^1];

    public long SizeInBytes => all.Sum(segment => segment.Length);

    /// <summary>The place in a list of the segment whose offsets include the given one; the first if it lies before all.</summary>
    public static int Find(Segment[] segments, long offset)
    {
        var (low, high) = (0, segments.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (segments[middle].BaseOffset <= offset)
                low = middle + 1;
            else
                high = middle;
        }
        return Math.Max(0, low - 1);
    }

    /// <summary>Seals the active segment and begins the next. When it throws nothing has changed.</summary>
    public void Roll(long baseOffset)
    {
        var path = SegmentNames.Log(folder, baseOffset);
        var opened = environment.Disk.Open(path);
        var file = new SegmentFile(environment.Disk, path, opened);
        try
        {
            opened.SetLength(0);
            environment.Disk.FlushFolder(folder);
        }
        catch (IOException)
        {
            file.Retire();
            file.Release();
            throw;
        }
        var next = new Segment(environment, file, baseOffset, SegmentSummary.Empty(baseOffset), new OffsetIndex(), savedLength: 0);
        next.StartWriting();
        file.Release();
        Active.StopWriting();
        all = [.. all, next];
    }

    /// <summary>Takes the first segments out and deletes their files, oldest first.</summary>
    public void RemoveFirst(int count)
    {
        var removed = all[..count];
        all = all[count..];
        foreach (var segment in removed)
        {
            environment.Disk.Delete(segment.FilePath);
            environment.Disk.Delete(segment.IndexPath);
            segment.Retire();
        }
    }

    /// <summary>Puts one rewritten segment in the place of neighbours; their files are the caller's business.</summary>
    public void Replace(Segment[] old, Segment rewritten)
    {
        var at = Array.IndexOf(all, old[0]);
        all = [.. all[..at], rewritten, .. all[(at + old.Length)..]];
        foreach (var segment in old)
            segment.Retire();
    }

    public void RetireAll()
    {
        foreach (var segment in all)
            segment.Retire();
    }
}
