namespace StockPipeline.Broker.Log;

/// <summary>
/// Compaction of one log: of the records with the same key the last stays, at its offset. The first pass over what is new learns
/// the last offset of every key, the second rewrites everything up to there. The segment being written is never touched, and
/// neither end of the log moves. One thread, the one that also does retention.
/// </summary>
internal sealed class LogCleaner(LogState state, LogUpkeep upkeep)
{
    /// <summary>Segments rewritten into one: as many files are open meanwhile.</summary>
    private const int MaxGroup = 64;

    private readonly LogEnvironment environment = state.Environment;
    private bool isStuck;

    private sealed record Range(Segment[] Segments, long Start, long End, double DirtyRatio);

    /// <summary>The share of bytes not yet compacted if a pass is due, otherwise 0: the dirtiest log comes first.</summary>
    public double Urgency()
    {
        var settings = state.Settings;
        if (!settings.Compact || isStuck || state.IsClosed || FindRange(settings) is not { } range)
            return 0;
        var oldest = range.Segments.First(segment => segment.Summary.NextOffset > range.Start).Summary.FirstTime;
        var lag = settings.MaxCompactionLagMs;
        var isOverdue = lag != LogSettings.Never && oldest >= 0 && environment.Now - oldest > lag;
        return isOverdue || range.DirtyRatio > settings.MinCleanableDirtyRatio ? range.DirtyRatio : 0;
    }

    /// <summary>One pass, whether due or not. Stops between batches when asked to or when the log is closed; what is done then stays done.</summary>
    /// <returns>How many bytes it went through.</returns>
    public long Clean(CancellationToken cancellationToken)
    {
        var settings = state.Settings;
        if (!settings.Compact || isStuck || FindRange(settings) is not { } range)
            return 0;
        // Recovery must never replay a batch that compaction changed.
        upkeep.SaveCheckpoint();
        var keys = new KeyMap(environment.MaxKeysPerPass);
        var end = ReadKeys(range, keys, cancellationToken);
        var tombstonesMayGoBefore = state.Cleaning.TombstonesMayGoBefore(environment.Now, settings.DeleteRetentionMs);
        var pass = new CleaningPass(keys, state.StartOffset, end, tombstonesMayGoBefore);
        foreach (var group in Groups(range.Segments, settings.SegmentBytes))
        {
            if (cancellationToken.IsCancellationRequested || state.IsClosed)
                return pass.BytesBefore;
            Rewrite(group, pass, cancellationToken);
        }
        if (cancellationToken.IsCancellationRequested)
            return pass.BytesBefore;
        lock (state.Gate)
            state.Cleaning.Add(end, environment.Now, settings.DeleteRetentionMs);
        upkeep.SaveCheckpoint();
        LogEvents.Compacted(environment.Logger, state.Name, end, pass.BytesBefore, pass.BytesAfter, pass.RecordsGone);
        if (pass.OpaqueBatches > 0)
            LogEvents.OpaqueBatches(environment.Logger, state.Name, pass.OpaqueBatches);
        return pass.BytesBefore;
    }

    private Range? FindRange(LogSettings settings)
    {
        var all = state.Segments.All;
        var now = environment.Now;
        var lag = settings.MinCompactionLagMs;
        var segments = all[..^1].TakeWhile(segment => lag == 0 || now - segment.Summary.LargestTime >= lag).ToArray();
        var end = all[segments.Length].BaseOffset;
        var start = Math.Max(state.Cleaning.CleanedTo, state.StartOffset);
        if (segments.Length == 0 || end <= start)
            return null;
        var bytes = segments.Sum(segment => segment.Length);
        var first = SegmentList.Find(segments, start);
        var cleanBytes = segments[..first].Sum(segment => segment.Length) + segments[first].BytesBefore(start);
        return new(segments, start, end, bytes == 0 ? 0 : (bytes - cleanBytes) / (double)bytes);
    }

    /// <summary>Says how far it came: all of the range, or to where the keys no longer fitted into memory.</summary>
    private static long ReadKeys(Range range, KeyMap keys, CancellationToken cancellationToken)
    {
        foreach (var segment in range.Segments[SegmentList.Find(range.Segments, range.Start)..])
        {
            using var held = segment.Hold();
            using var batches = Batches(segment, held, segment.BytesBefore(range.Start));
            while (!cancellationToken.IsCancellationRequested && batches.MoveNext())
            {
                var batch = new RecordBatch(batches.Batch.Span);
                if (keys.IsFull)
                    return batch.BaseOffset;
                if (batch.IsControl || batch.LastOffset < range.Start || !BatchBody.TryOpen(batches.Batch, out var body))
                    continue;
                using (body)
                {
                    var reader = body.Read();
                    while (reader.MoveNext())
                    {
                        if (reader.HasKey)
                            keys.Set(reader.Key, batch.BaseOffset + reader.OffsetDelta);
                    }
                }
            }
        }
        return range.End;
    }

    private static BatchReader Batches(Segment segment, SegmentFile.Lease held, long position, Action<long, long>? onDamage = null) =>
        new(held.File, position, segment.Length, segment.BaseOffset, segment.Summary.NextOffset) { OnDamage = onDamage };

    /// <summary>Neighbours that together make one segment, so that small ones do not pile up.</summary>
    private static IEnumerable<Segment[]> Groups(Segment[] segments, long maxBytes)
    {
        var first = 0;
        var bytes = 0L;
        for (var number = 0; number < segments.Length; number++)
        {
            var isTooWide = segments[number].Summary.NextOffset - segments[first].BaseOffset > int.MaxValue;
            var isTooMuch = number - first == MaxGroup || bytes + segments[number].Length > maxBytes;
            if (number > first && (isTooWide || isTooMuch))
            {
                yield return segments[first..number];
                (first, bytes) = (number, 0);
            }
            bytes += segments[number].Length;
        }
        yield return segments[first..];
    }

    private void Rewrite(Segment[] group, CleaningPass pass, CancellationToken cancellationToken)
    {
        var path = SegmentSwap.Cleaned(state.Folder, group[0].BaseOffset);
        var rewritten = Segment.Create(environment, state.Folder, group[0].BaseOffset, path);
        var held = new List<SegmentFile.Lease>();
        try
        {
            // The old files stay open until the new one has their place: a late opening would find the new bytes under the old name.
            foreach (var segment in group)
                held.Add(segment.Hold());
            var hasChanged = group.Length > 1;
            var goneBefore = pass.RecordsGone;
            foreach (var (segment, file) in group.Zip(held))
            {
                using var batches = Batches(segment, file, 0, Cut);
                while (batches.MoveNext())
                {
                    if (cancellationToken.IsCancellationRequested || state.IsClosed)
                        return;
                    var kept = pass.Clean(batches.Batch);
                    if (!kept.IsEmpty)
                        rewritten.Append(kept);
                }
                if (batches.Position < segment.Length)
                    Cut(batches.Position, segment.Length - batches.Position);

                void Cut(long position, long bytes)
                {
                    hasChanged = true;
                    LogEvents.DamageCut(environment.Logger, state.Name, segment.FilePath, position, bytes);
                }
            }
            if (hasChanged || pass.RecordsGone != goneBefore)
                upkeep.Exclusively(() => Swap(group, rewritten));
        }
        finally
        {
            held.ForEach(file => file.Dispose());
            if (!state.Segments.All.Contains(rewritten))
            {
                rewritten.Retire();
                environment.Disk.Delete(path);
            }
        }
    }

    private void Swap(Segment[] group, Segment rewritten)
    {
        var all = state.Segments.All;
        var end = all[Array.IndexOf(all, group[^1]) + 1].BaseOffset;
        // What fails here has changed nothing, and the next pass begins anew.
        rewritten.Flush();
        // From here to the end another pass over the same segments would be confused with this one.
        isStuck = true;
        try
        {
            SegmentSwap.Begin(environment.Disk, state.Folder, rewritten, end);
            lock (state.Gate)
                state.Segments.Replace(group, rewritten);
            SegmentSwap.Finish(environment.Disk, state.Folder, rewritten.BaseOffset, end);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogEvents.CompactionStuck(environment.Logger, failure, state.Name);
            throw;
        }
        rewritten.StopWriting();
        isStuck = false;
    }
}
