using System.Globalization;
using StockPipeline.Broker.Storage;

namespace StockPipeline.Broker.Log;

/// <summary>
/// The open file of a segment, shared by its users and closed when nobody needs it: hundreds of partitions must not hold
/// thousands of files open. A file that is deleted or replaced stays readable for those that hold it. Safe from any thread.
/// </summary>
internal sealed class SegmentFile
{
    private readonly IDisk disk;
    private readonly Lock gate = new();
    private Lease? open;
    private int holders;
    private bool isRetired;
    private bool wasUsed;

    public SegmentFile(IDisk disk, string path, IDiskFile? opened = null)
    {
        this.disk = disk;
        Path = path;
        open = opened is null ? null : new(this, opened);
    }

    public string Path { get; }

    /// <summary>Null when the segment has left the log: look again where its offsets are now. Otherwise dispose once.</summary>
    public Lease? TryHold()
    {
        lock (gate)
        {
            if (isRetired)
                return null;
            open ??= new(this, disk.Open(Path));
            holders++;
            wasUsed = true;
            return open;
        }
    }

    /// <summary>No new holders from here on.</summary>
    public void Retire()
    {
        lock (gate)
        {
            isRetired = true;
            if (holders == 0)
                Close();
        }
    }

    /// <summary>Closes the file if nobody held it since the last call. True when it did or had nothing to close.</summary>
    public bool CloseIfIdle()
    {
        lock (gate)
        {
            var isIdle = holders == 0 && !wasUsed;
            wasUsed = false;
            if (isIdle)
                Close();
            return isIdle;
        }
    }

    private void Release()
    {
        lock (gate)
        {
            holders--;
            if (holders == 0 && isRetired)
                Close();
        }
    }

    private void Close()
    {
        open?.File.Dispose();
        open = null;
    }

    /// <summary>The file, open until its last holder disposed this: one object for all of them, so that a read allocates none.</summary>
    public sealed class Lease(SegmentFile owner, IDiskFile file) : IDisposable
    {
        public IDiskFile File => file;

        public void Dispose() => owner.Release();
    }
}

/// <summary>Names of the files in a partition's folder: the base offset in twenty digits, as Kafka names them.</summary>
internal static class SegmentNames
{
    public const string LogEnding = ".log";
    public const string IndexEnding = ".index";

    /// <summary>A segment being rewritten: worth nothing after a crash.</summary>
    public const string CleanedEnding = ".cleaned";

    /// <summary>A rewritten segment, whole and flushed: it replaces all segments from its base to the offset behind the dash.</summary>
    public const string SwapEnding = ".swap";

    public static string Log(string folder, long baseOffset) => Path.Combine(folder, $"{baseOffset:D20}{LogEnding}");

    public static string Swap(string folder, long baseOffset, long end) => Path.Combine(folder, $"{baseOffset:D20}-{end:D20}{SwapEnding}");

    /// <summary>The offset a name consists of; null when it is not twenty digits and the ending.</summary>
    public static long? Parse(string name, string ending) =>
        name.Length == 20 + ending.Length && name.EndsWith(ending, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(0, 20), NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? offset
            : null;

    public static (long BaseOffset, long End)? ParseSwap(string name) =>
        name.Split('-') is [var first, var second] && Parse(first, "") is { } baseOffset && Parse(second, SwapEnding) is { } end
            ? (baseOffset, end)
            : null;
}

/// <summary>Puts a segment that was written anew in the place of one or more old ones, in steps that a crash may part anywhere.</summary>
internal static class SegmentSwap
{
    /// <summary>The name a segment is rewritten under: dropped by the next start unless the swap began.</summary>
    public static string Cleaned(string folder, long baseOffset) =>
        Path.ChangeExtension(SegmentNames.Log(folder, baseOffset), SegmentNames.CleanedEnding);

    /// <summary>From here on a crash finishes the replacement instead of forgetting it.</summary>
    public static void Begin(IDisk disk, string folder, Segment rewritten, long end)
    {
        rewritten.Flush();
        disk.Move(Cleaned(folder, rewritten.BaseOffset), SegmentNames.Swap(folder, rewritten.BaseOffset, end));
        disk.FlushFolder(folder);
        rewritten.EndAt(end);
    }

    /// <summary>
    /// Also what recovery does with a swap file it finds. The old index goes first and for good: beside the new bytes it would lie.
    /// The old segment of the same base goes last, replaced in one step, so that at every instant either it or the swap file is there.
    /// </summary>
    public static void Finish(IDisk disk, string folder, long baseOffset, long end)
    {
        foreach (var name in disk.List(folder))
        {
            var isOldIndex = SegmentNames.Parse(name, SegmentNames.IndexEnding) is { } indexed && indexed >= baseOffset && indexed < end;
            var isOldLog = SegmentNames.Parse(name, SegmentNames.LogEnding) is { } old && old > baseOffset && old < end;
            if (isOldIndex || isOldLog)
                disk.Delete(Path.Combine(folder, name));
        }
        disk.FlushFolder(folder);
        disk.Move(SegmentNames.Swap(folder, baseOffset, end), SegmentNames.Log(folder, baseOffset));
        disk.FlushFolder(folder);
    }
}
