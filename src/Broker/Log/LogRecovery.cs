using StockPipeline.Broker.Storage;

namespace StockPipeline.Broker.Log;

/// <summary>
/// Brings a folder into the state of a log, whatever instant the process died at. Trusts what an index file vouches for and reads
/// the rest batch by batch. An unfinished tail (half a header, half a batch, zeros) is cut off: nobody was told it was stored.
/// Damage with sound batches behind it is cut out, so that it costs only the batches it hit; Kafka would drop all behind it and
/// fetch them from a replica, which one node does not have. One thread, before the log is used.
/// </summary>
internal sealed class LogRecovery(LogEnvironment environment, string folder, Checkpoint checkpoint)
{
    private readonly string log = Path.GetFileName(folder);
    private Checkpoint checkpoint = checkpoint;
    private long replayFrom = checkpoint.ProducersAt;

    public sealed record Result(List<Segment> Segments, Checkpoint Checkpoint);

    public static Result Run(LogEnvironment environment, string folder)
    {
        PrepareFolder(environment.Disk, folder);
        return new LogRecovery(environment, folder, Checkpoint.Load(environment, folder)).Run();
    }

    private static void PrepareFolder(IDisk disk, string folder)
    {
        disk.CreateFolder(folder);
        var names = disk.List(folder);
        if (names.Count == 0)
            disk.FlushFolder(Path.GetDirectoryName(folder)!);
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            if (Path.GetExtension(name) is SegmentNames.CleanedEnding or SmallFile.TemporaryEnding)
                disk.Delete(Path.Combine(folder, name));
            else if (SegmentNames.ParseSwap(name) is var (baseOffset, end))
                SegmentSwap.Finish(disk, folder, baseOffset, end);
        }
    }

    private Result Run()
    {
        var bases = environment.Disk.List(folder).Select(name => SegmentNames.Parse(name, SegmentNames.LogEnding)).OfType<long>().Order().ToList();
        var segments = new List<Segment>();
        for (var number = 0; number < bases.Count; number++)
            segments.Add(Load(bases[number], number + 1 < bases.Count ? bases[number + 1] : LastLimit(bases[number])));
        var end = segments.Count == 0 ? checkpoint.LogStart : segments[^1].Summary.NextOffset;
        var start = Math.Max(checkpoint.LogStart, segments.Count == 0 ? 0 : segments[0].BaseOffset);
        if (segments.Count == 0 || start > end)
        {
            if (start > end)
                LogEvents.StartBehindEnd(environment.Logger, log, start);
            foreach (var lost in segments)
                lost.Delete();
            segments = [Load(start, LastLimit(start))];
            environment.Disk.FlushFolder(folder);
            end = start;
        }
        // Whoever remembers batches that are gone would take their repetition for a duplicate.
        if (end < checkpoint.ProducersAt)
            checkpoint = checkpoint with { Producers = new(), ProducersAt = end };
        checkpoint.Epochs.TruncateTo(end);
        checkpoint.Cleaning.TruncateTo(end);
        return new(segments, checkpoint with { LogStart = start });
    }

    private static long LastLimit(long baseOffset) => baseOffset > long.MaxValue - int.MaxValue ? long.MaxValue : baseOffset + int.MaxValue;

    /// <summary>Believes the index, where it fits, and reads the rest: sound batches up to the next segment's base.</summary>
    private Segment Load(long baseOffset, long limit)
    {
        var disk = environment.Disk;
        var path = SegmentNames.Log(folder, baseOffset);
        var indexPath = Path.ChangeExtension(path, SegmentNames.IndexEnding);
        using var opened = disk.Open(path);
        var length = opened.Length;
        var saved = OffsetIndex.Load(disk, indexPath, baseOffset, out var index);
        if (saved is null || saved.Length > length || saved.NextOffset > replayFrom)
            (saved, index) = (null, new OffsetIndex(baseOffset));
        else if (saved.Length == length)
            return new(environment, new SegmentFile(disk, path), baseOffset, saved, index: null, savedLength: length);
        var summary = saved ?? SegmentSummary.Empty(baseOffset);
        using var reader = new BatchReader(opened, summary.Length, length, summary.NextOffset, limit);
        while (reader.MoveNext())
        {
            var batch = new RecordBatch(reader.Batch.Span);
            summary = index.Add(batch, summary);
            Replay(batch);
        }
        if (reader.DamagedBytes > 0)
        {
            // Where the part not vouched for is damaged, the index is not believed either: the second look reads all of it.
            if (saved is not null)
                disk.Delete(indexPath);
            else
                CutOut(opened, path, baseOffset, length, limit);
            return Load(baseOffset, limit);
        }
        if (summary.Length < length)
        {
            LogEvents.TailCut(environment.Logger, log, path, length - summary.Length, summary.NextOffset);
            opened.SetLength(summary.Length);
        }
        return new(environment, new SegmentFile(disk, path), baseOffset, summary, index, savedLength: -1);
    }

    private void Replay(RecordBatch batch)
    {
        if (batch.BaseOffset < replayFrom)
            return;
        checkpoint.Epochs.Assign(batch.LeaderEpoch, batch.BaseOffset);
        checkpoint.Producers.Record(batch, environment.Now);
        replayFrom = batch.NextOffset;
    }

    /// <summary>Everything sound is copied; an unfinished tail behind it is dropped with the rest.</summary>
    private void CutOut(IDiskFile file, string path, long baseOffset, long length, long limit)
    {
        var rewritten = Segment.Create(environment, folder, baseOffset, SegmentSwap.Cleaned(folder, baseOffset));
        try
        {
            using var reader = new BatchReader(file, 0, length, baseOffset, limit)
            {
                OnDamage = (position, bytes) => LogEvents.DamageCut(environment.Logger, log, path, position, bytes),
            };
            while (reader.MoveNext())
                rewritten.Append(reader.Batch.Span);
            var end = Math.Max(rewritten.Summary.NextOffset, baseOffset + 1);
            SegmentSwap.Begin(environment.Disk, folder, rewritten, end);
            SegmentSwap.Finish(environment.Disk, folder, baseOffset, end);
        }
        finally
        {
            rewritten.Retire();
        }
    }
}
