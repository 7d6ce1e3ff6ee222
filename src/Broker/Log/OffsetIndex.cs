namespace StockPipeline.Broker.Log;

/// <summary>
/// Batch boundaries of one segment, about one per <see cref="Interval"/> bytes: one mebibyte of memory for a gibibyte of log.
/// Times only grow along it, so offsets, positions and times are all found by halving. Safe from any thread.
/// </summary>
internal sealed class OffsetIndex
{
    public const int Interval = 16 * 1024;

    private readonly Lock gate = new();
    private Entry[] entries;
    private int count;

    public OffsetIndex(params Entry[] entries)
    {
        this.entries = entries;
        count = entries.Length;
    }

    /// <summary><see cref="LargestTimeBefore"/> is that of all batches in front of the boundary.</summary>
    public readonly record struct Entry(int RelativeOffset, int Position, long LargestTimeBefore);

    /// <summary>Takes a boundary if the last one is far enough behind.</summary>
    public void Offer(long relativeOffset, long position, long largestTimeBefore)
    {
        lock (gate)
        {
            if (position - (count == 0 ? 0 : entries[count - 1].Position) < Interval)
                return;
            if (count == entries.Length)
                Array.Resize(ref entries, Math.Max(16, count * 2));
            entries[count++] = new((int)relativeOffset, (int)position, largestTimeBefore);
        }
    }

    /// <summary>The last boundary at or before the offset.</summary>
    public Entry ByOffset(long relativeOffset) => Last(relativeOffset, static (entry, offset) => entry.RelativeOffset <= offset);

    public Entry ByPosition(long position) => Last(position, static (entry, limit) => entry.Position <= limit);

    /// <summary>The last boundary with nothing as late as the given time in front of it.</summary>
    public Entry ByTime(long timestamp) => Last(timestamp, static (entry, time) => entry.LargestTimeBefore < time);

    /// <summary>The boundaries of the first <paramref name="length"/> bytes.</summary>
    public Entry[] UpTo(long length)
    {
        lock (gate)
            return [.. entries.AsSpan(0, count).ToArray().TakeWhile(entry => entry.Position < length)];
    }

    private Entry Last(long target, Func<Entry, long, bool> isAtOrBefore)
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
            return low == 0 ? new(0, 0, long.MinValue) : entries[low - 1];
        }
    }
}
