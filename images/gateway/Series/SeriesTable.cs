using System.Runtime.InteropServices;

namespace StockPipeline.Gateway.Series;

/// <summary>
/// The newest rows of one series in order of time, packed: a thousand rows are five arrays and no objects. Remembers what was taken away, and up
/// to where of the log it can say what has changed. Not safe for use by several threads.
/// </summary>
internal sealed class SeriesTable(int columns, int limit)
{
    /// <summary>Removals remembered for clients that resume; older ones are forgotten.</summary>
    public const int MaxRemovals = 1_000;

    private readonly SortedDictionary<long, long> removals = [];
    private readonly Dictionary<long, long> removedAt = [];
    private Packed[] rows = [];
    private double[] numbers = [];

    public int Count { get; private set; }

    /// <summary>Changes up to here may have been forgotten: who does not know of them has to start anew.</summary>
    public long Forgotten { get; private set; }

    /// <summary>The newest change of a row that is not kept: what was read of those before it is no longer right.</summary>
    public long Older { get; private set; }

    public Row this[int index] => rows[index].Row;

    public ReadOnlySpan<double> Numbers(int index) => numbers.AsSpan(index * columns, columns);

    /// <summary>What was taken away after a position: its time, by the position of its removal.</summary>
    public IEnumerable<KeyValuePair<long, long>> Removals => removals;

    /// <returns>False where the row says nothing that is not known.</returns>
    public bool Set(in Row row, ReadOnlySpan<double> values)
    {
        Restore(row.Time);
        var index = Find(row.Time);
        if (index >= 0)
        {
            var known = rows[index].Row;
            if (known.Final == row.Final && known.Count == row.Count && values.SequenceEqual(Numbers(index)))
                return false;
            rows[index] = new Packed(row);
            values.CopyTo(numbers.AsSpan(index * columns));
            return true;
        }
        index = ~index;
        if (Count >= limit)
        {
            if (index == 0)
            {
                Forgotten = Math.Max(Forgotten, row.Position);
                Older = Math.Max(Older, row.Position);
                return false;
            }
            Forgotten = Math.Max(Forgotten, rows[0].Row.Position);
            Older = Math.Max(Older, rows[0].Row.Position);
            Take(0);
            index--;
        }
        Insert(index, row, values);
        return true;
    }

    /// <summary>
    /// Takes a row away. Also of a row that is not there it is remembered: whoever resumes may have it from before the topic was compacted.
    /// </summary>
    /// <returns>
    /// False where it is known already. The first removal stands: moved to the later one, nobody would tell it who has been told up to in between.
    /// </returns>
    public bool Remove(long time, long position)
    {
        var index = Find(time);
        if (index >= 0)
            Take(index);
        else if (removedAt.ContainsKey(time))
            return false;
        else if (Count >= limit && time < rows[0].Time)
            Older = Math.Max(Older, position);
        removals[position] = time;
        removedAt[time] = position;
        if (removals.Count > MaxRemovals)
        {
            var (oldest, gone) = removals.First();
            removals.Remove(oldest);
            removedAt.Remove(gone);
            Forgotten = Math.Max(Forgotten, oldest);
        }
        return true;
    }

    public void Clear()
    {
        (Count, rows, numbers, Forgotten, Older) = (0, [], [], 0, 0);
        removals.Clear();
        removedAt.Clear();
    }

    /// <summary>The place of a time, or the complement of where it would be.</summary>
    public int Find(long time)
    {
        if (Count == 0 || rows[Count - 1].Time < time)
            return ~Count;
        var (low, high) = (0, Count - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var found = rows[middle].Time;
            if (found == time)
                return middle;
            if (found < time)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return ~low;
    }

    /// <summary>The first row at or after a time.</summary>
    public int FirstFrom(long time)
    {
        var found = Find(time);
        return found < 0 ? ~found : found;
    }

    private void Restore(long time)
    {
        if (removedAt.Remove(time, out var position))
            removals.Remove(position);
    }

    private void Insert(int index, in Row row, ReadOnlySpan<double> values)
    {
        if (Count == rows.Length)
        {
            var room = Math.Min(limit, Math.Max(32, Count * 2));
            Array.Resize(ref rows, room);
            Array.Resize(ref numbers, room * columns);
        }
        Array.Copy(rows, index, rows, index + 1, Count - index);
        Array.Copy(numbers, index * columns, numbers, (index + 1) * columns, (Count - index) * columns);
        rows[index] = new Packed(row);
        values.CopyTo(numbers.AsSpan(index * columns));
        Count++;
    }

    private void Take(int index)
    {
        Count--;
        Array.Copy(rows, index + 1, rows, index, Count - index);
        Array.Copy(numbers, (index + 1) * columns, numbers, index * columns, (Count - index) * columns);
    }

    /// <summary>A row without the room that alignment and a far too wide time would take: there are hundreds of thousands.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private readonly struct Packed(in Row row)
    {
        private const int MinuteMs = 60_000;

        private readonly long position = row.Position;
        private readonly long written = row.Written;
        private readonly long count = row.Count;
        private readonly int minuteAndFinal = (checked((int)(row.Time / MinuteMs)) << 1) | (row.Final ? 1 : 0);

        public long Time => (long)(minuteAndFinal >> 1) * MinuteMs;

        public Row Row => new(Time, position, written, count, (minuteAndFinal & 1) == 1);
    }
}
