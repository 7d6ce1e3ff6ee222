namespace StockPipeline.Broker.Log;

/// <summary>
/// Brings a folder into the state of a log, whatever instant the process died at. Trusts what an index file vouches for and reads
/// the rest batch by batch. An unfinished tail (half a header, half a batch, zeros) is cut off: nobody was told it was stored.
/// Damage with sound batches behind it is cut out, so that it costs only the batches it hit; Kafka would drop all behind it and
/// fetch them from a replica, which one node does not have. One thread, before the log is used.
/// </summary>
internal sealed class LogRecovery(LogEnvironment environment, string folder)
{
    private readonly string log = Path.GetFileName(folder);
    private Checkpoint checkpoint = Checkpoint.Nothing;
    private long replayFrom;

    public sealed record Result(List<Segment> Segments, long StartOffset, long EndOffset, Checkpoint Checkpoint);

    public Result Run()
    {
        PrepareFolder();
        ReadCheckpoint();
        var bases = environment.Disk.List(folder).Where(name => SegmentNames.TryParseLog(name, out _))
            .Select(name => long.Parse(name.AsSpan(0, 20), System.Globalization.CultureInfo.InvariantCulture)).Order().ToList();
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
            {
                lost.Retire();
                environment.Disk.Delete(lost.FilePath);
                environment.Disk.Delete(lost.IndexPath);
            }
            segments = [Load(start, LastLimit(start))];
            environment.Disk.FlushFolder(folder);
            end = start;
        }
        // Whoever remembers batches that are gone would take their repetition for a duplicate.
        if (end < checkpoint.ProducersAt)
            checkpoint = checkpoint with { Producers = new(), ProducersAt = end };
        checkpoint.Epochs.TruncateTo(end);
        checkpoint.Cleaning.TruncateTo(end);
        return new(segments, start, end, checkpoint);
    }

    private static long LastLimit(long baseOffset) => baseOffset > long.MaxValue - int.MaxValue ? long.MaxValue : baseOffset + int.MaxValue;

    private void PrepareFolder()
    {
        environment.Disk.CreateFolder(folder);
        var names = environment.Disk.List(folder);
        if (names.Count == 0)
            environment.Disk.FlushFolder(Path.GetDirectoryName(folder)!);
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            var isUnfinished = name.EndsWith(SegmentNames.CleanedEnding, StringComparison.Ordinal)
                || name.EndsWith(SmallFile.TemporaryEnding, StringComparison.Ordinal);
            if (isUnfinished)
                environment.Disk.Delete(Path.Combine(folder, name));
            else if (SegmentNames.TryParseSwap(name, out var baseOffset, out var end))
                SegmentBuilder.FinishSwap(environment.Disk, folder, baseOffset, end);
        }
    }

    private void ReadCheckpoint()
    {
        var loaded = Checkpoint.Load(environment.Disk, folder);
        if (loaded is null)
            LogEvents.CheckpointDamaged(environment.Logger, log);
        checkpoint = loaded ?? Checkpoint.Nothing;
        replayFrom = checkpoint.ProducersAt;
    }

    private Segment Load(long baseOffset, long limit)
    {
        var disk = environment.Disk;
        var path = SegmentNames.Log(folder, baseOffset);
        var indexPath = SegmentNames.IndexOf(path);
        var opened = disk.Open(path);
        var length = opened.Length;
        if (IndexFile.TryReadSummary(disk, indexPath, out var saved) && saved.Length == length && saved.NextOffset <= replayFrom)
        {
            opened.Dispose();
            return new(environment, new SegmentFile(disk, path), baseOffset, saved, index: null, savedLength: length);
        }
        using (opened)
        {
            var summary = Read(opened, path, baseOffset, limit, out var index, out var damage);
            if (damage.Count > 0)
            {
                // Where the part not vouched for is damaged, the index is not believed either: the second look reads all of it.
                if (disk.Exists(indexPath))
                    disk.Delete(indexPath);
                else
                    CutOut(opened, path, baseOffset, damage, length);
                return Load(baseOffset, limit);
            }
            if (summary.Length < length)
            {
                LogEvents.TailCut(environment.Logger, log, path, length - summary.Length, summary.NextOffset);
                opened.SetLength(summary.Length);
            }
            return new(environment, new SegmentFile(disk, path), baseOffset, summary, index, savedLength: -1);
        }
    }

    /// <summary>
    /// Reads what the index does not vouch for. A tail with nothing sound behind it is left out of the summary; damage in front of
    /// sound batches is listed.
    /// </summary>
    private SegmentSummary Read(
        IDiskFile file, string path, long baseOffset, long limit, out OffsetIndex index, out List<(long From, long To)> damage)
    {
        var length = file.Length;
        damage = [];
        index = new OffsetIndex();
        var summary = SegmentSummary.Empty(baseOffset);
        if (IndexFile.TryRead(environment.Disk, SegmentNames.IndexOf(path), out var saved, out var entries)
            && saved.Length <= length && saved.NextOffset <= replayFrom)
        {
            index = new OffsetIndex(entries);
            summary = saved;
        }
        using var reader = new BatchReader(file, summary.Length, length);
        while (true)
        {
            if (reader.MoveNext() && Fits(file, reader, summary.NextOffset, limit))
            {
                var batch = new RecordBatch(reader.Batch.Span);
                index.Offer(batch.BaseOffset - baseOffset, reader.Position, summary.LargestTime);
                summary = summary.Plus(batch);
                Replay(batch);
                continue;
            }
            if (reader.Position >= length)
                return summary;
            var sound = BatchSearch.Find(file, reader.Position, length, summary.NextOffset, limit);
            if (sound < 0)
                return summary;
            damage.Add((reader.Position, sound));
            reader.ContinueAt(sound);
        }
    }

    /// <summary>
    /// The base offset is outside of the checksum. After compaction offsets jump, so a jump is believed unless the next batch denies it:
    /// believing a wrong one would make all that follows look stale.
    /// </summary>
    private static bool Fits(IDiskFile file, BatchReader reader, long expected, long limit)
    {
        var batch = new RecordBatch(reader.Batch.Span);
        if (batch.BaseOffset < expected || batch.LastOffset >= limit)
            return false;
        Span<byte> header = stackalloc byte[RecordBatch.HeaderSize];
        if (batch.BaseOffset == expected || file.Read(header, reader.Position + batch.Size) < header.Length)
            return true;
        var next = new RecordBatch(header);
        return !next.HasPlausibleHeader || next.BaseOffset < expected || next.BaseOffset > batch.LastOffset;
    }

    private void Replay(RecordBatch batch)
    {
        if (batch.BaseOffset < replayFrom)
            return;
        checkpoint.Epochs.Assign(batch.LeaderEpoch, batch.BaseOffset);
        checkpoint.Producers.Record(batch, environment.Now);
        replayFrom = batch.NextOffset;
    }

    private void CutOut(IDiskFile file, string path, long baseOffset, List<(long From, long To)> damage, long length)
    {
        // Everything sound is copied; an unfinished tail behind it is dealt with when the new file is read.
        using var builder = new SegmentBuilder(environment, folder, baseOffset);
        var next = baseOffset;
        using var reader = new BatchReader(file, 0, length);
        foreach (var (from, to) in damage.Append((length, length)))
        {
            while (reader.MoveNext() && reader.Position < from)
            {
                builder.Add(reader.Batch.Span);
                next = new RecordBatch(reader.Batch.Span).NextOffset;
            }
            if (from < length)
                LogEvents.DamageCut(environment.Logger, log, path, from, to - from);
            reader.ContinueAt(to);
        }
        var end = Math.Max(next, baseOffset + 1);
        var rewritten = builder.BeginSwap(end);
        SegmentBuilder.FinishSwap(environment.Disk, folder, baseOffset, end);
        rewritten.Release();
        rewritten.Retire();
    }
}
