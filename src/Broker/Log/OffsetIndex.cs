using StockPipeline.Broker.Storage;

namespace StockPipeline.Broker.Log;

/// <summary>
/// Batch boundaries of one segment, about one per <see cref="Interval"/> bytes: one mebibyte of memory for a gibibyte of log.
/// Times only grow along it, so offsets, positions and times are all found by halving. Safe from any thread.
/// On disk it comes with the promise up to where the segment need not be read again after a crash.
/// </summary>
internal sealed class OffsetIndex(long baseOffset, params OffsetIndex.Entry[] entries)
{
    public const int Interval = 16 * 1024;

    private const uint Mark = 0x53504932;

    private readonly Lock gate = new();
    private Entry[] entries = entries;
    private int count = entries.Length;

    /// <summary><see cref="LargestTimeBefore"/> is that of all batches in front of the boundary.</summary>
    public readonly record struct Entry(int RelativeOffset, int Position, long LargestTimeBefore);

    /// <summary>Null when the file is missing or damaged; otherwise what the index vouches for.</summary>
    public static SegmentSummary? Load(IDisk disk, string path, long baseOffset, out OffsetIndex index)
    {
        using var reader = SmallFile.TryUnseal(disk, path, Mark);
        SegmentSummary? summary = reader is null
            ? null
            : new(reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64());
        index = new(baseOffset, reader?.ReadRows<Entry>() ?? []);
        return summary;
    }

    /// <summary>Writes the part that a summary speaks of.</summary>
    public void Save(IDisk disk, string path, SegmentSummary summary)
    {
        Entry[] part;
        lock (gate)
            part = [.. entries.Take(count).TakeWhile(entry => entry.Position < summary.Length)];
        SmallFile.Replace(disk, path, SmallFile.Seal(Mark, writer =>
        {
            writer.Write(summary.Length);
            writer.Write(summary.NextOffset);
            writer.Write(summary.FirstTime);
            writer.Write(summary.LargestTime);
            writer.WriteRows<Entry>(part);
        }));
    }

    /// <summary>Takes the batch that stands behind all that the summary tells of, and sums it up as well.</summary>
    public SegmentSummary Add(RecordBatch batch, SegmentSummary summary)
    {
        lock (gate)
        {
            // A boundary is worth an entry if the last one is far enough behind.
            if (summary.Length - (count == 0 ? 0 : entries[count - 1].Position) >= Interval)
            {
                if (count == entries.Length)
                    Array.Resize(ref entries, Math.Max(16, count * 2));
                entries[count++] = new((int)(batch.BaseOffset - baseOffset), (int)summary.Length, summary.LargestTime);
            }
        }
        return summary.Plus(batch);
    }

    /// <summary>The position of the last boundary at or before the offset.</summary>
    public long ByOffset(long offset) => Last(offset - baseOffset, static (entry, relative) => entry.RelativeOffset <= relative);

    public long ByPosition(long position) => Last(position, static (entry, limit) => entry.Position <= limit);

    /// <summary>The position of the last boundary with nothing as late as the given time in front of it.</summary>
    public long ByTime(long timestamp) => Last(timestamp, static (entry, time) => entry.LargestTimeBefore < time);

    private long Last(long target, Func<Entry, long, bool> isAtOrBefore)
    {
        lock (gate)
        {
            var (low, high) = (0, count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (isAtOrBefore(entries[middle], target))
                    low = middle + 1;
                else
                    high = middle;
            }
            return low == 0 ? 0 : entries[low - 1].Position;
        }
    }
}

/// <summary>
/// What is known about the first <see cref="Length"/> bytes of a segment: they are sound batches, flushed, and end in front of
/// <see cref="NextOffset"/>. Times are the largest of the first batch and of all; <see cref="NoTime"/> when there is none. Immutable.
/// </summary>
internal sealed record SegmentSummary(long Length, long NextOffset, long FirstTime, long LargestTime)
{
    public const long NoTime = -1;

    public static SegmentSummary Empty(long baseOffset) => new(0, baseOffset, NoTime, NoTime);

    /// <summary>With one more batch behind.</summary>
    public SegmentSummary Plus(RecordBatch batch) => new(
        Length + batch.Size,
        batch.NextOffset,
        Length == 0 ? batch.MaxTimestamp : FirstTime,
        Math.Max(LargestTime, batch.MaxTimestamp));
}
