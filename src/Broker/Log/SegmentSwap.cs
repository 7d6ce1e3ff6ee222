using StockPipeline.Broker.Storage;

namespace StockPipeline.Broker.Log;

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
