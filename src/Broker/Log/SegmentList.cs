namespace StockPipeline.Broker.Log;

/// <summary>
/// The segments of a log in order; the last is the one written. Looked at from any thread: <see cref="All"/> is replaced, never
/// changed. Changes need the partition's lock.
/// </summary>
internal sealed class SegmentList(LogEnvironment environment, string folder, List<Segment> segments)
{
    private volatile Segment[] all = [.. segments];

    public Segment[] All => all;

    public Segment Active => all[^1];

    public long SizeInBytes => all.Sum(segment => segment.Length);

    /// <summary>The place in a list of the segment whose offsets include the given one; the first if it lies before all.</summary>
    public static int Find(Segment[] segments, long offset)
    {
        var number = segments.Length - 1;
        while (number > 0 && segments[number].BaseOffset > offset)
            number--;
        return number;
    }

    /// <summary>Seals the active segment and begins the next. When it throws nothing has changed.</summary>
    public void Roll(long baseOffset)
    {
        var next = Segment.Create(environment, folder, baseOffset, SegmentNames.Log(folder, baseOffset));
        Active.StopWriting();
        all = [.. all, next];
    }

    /// <summary>Takes the first segments out and deletes their files, oldest first.</summary>
    public void RemoveFirst(int count)
    {
        var removed = all[..count];
        all = all[count..];
        foreach (var segment in removed)
            segment.Delete();
    }

    /// <summary>Puts one rewritten segment in the place of neighbours; their files are the caller's business.</summary>
    public void Replace(Segment[] old, Segment rewritten)
    {
        var at = Array.IndexOf(all, old[0]);
        all = [.. all[..at], rewritten, .. all[(at + old.Length)..]];
        foreach (var segment in old)
            segment.Retire();
    }
}
