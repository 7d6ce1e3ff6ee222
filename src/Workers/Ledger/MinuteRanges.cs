namespace StockPipeline.Workers.Ledger;

/// <summary>A set of minutes as ranges [From, To), merged where they touch, ascending.</summary>
public sealed class MinuteRanges
{
    private readonly List<(int From, int To)> ranges = [];

    public int Count => ranges.Count;

    public (int From, int To) this[int at] => ranges[at];

    public void Add(int from, int to)
    {
        if (from >= to)
            return;
        var first = IndexEndingFrom(from);
        var end = first;
        for (; end < ranges.Count && ranges[end].From <= to; end++)
        {
            from = Math.Min(from, ranges[end].From);
            to = Math.Max(to, ranges[end].To);
        }
        ranges.RemoveRange(first, end - first);
        ranges.Insert(first, (from, to));
    }

    public bool Contains(int minute)
    {
        var at = IndexEndingFrom(minute + 1);
        return at < ranges.Count && ranges[at].From <= minute;
    }

    /// <summary>Forgets the ranges that end at the minute or before it.</summary>
    public void RemoveBefore(int minute) => ranges.RemoveRange(0, IndexEndingFrom(minute + 1));

    public void Clear() => ranges.Clear();

    /// <summary>A copy of the ranges that end after the minute.</summary>
    public MinuteRanges After(int minute)
    {
        var copy = new MinuteRanges();
        copy.ranges.AddRange(ranges.Skip(IndexEndingFrom(minute + 1)));
        return copy;
    }

    /// <summary>The place of the first range that ends at the minute or later.</summary>
    public int IndexEndingFrom(int minute)
    {
        var (low, high) = (0, ranges.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (ranges[middle].To < minute)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
