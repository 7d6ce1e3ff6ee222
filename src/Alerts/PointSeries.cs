namespace StockPipeline.Alerts;

/// <summary>The newest points of one series, ordered by time: a candle's prices, or an indicator's lines. One thread at a time.</summary>
internal sealed class PointSeries(int columns)
{
    private long[] opens = [];
    private bool[] finals = [];
    private double[][] values = [.. Enumerable.Range(0, columns).Select(_ => Array.Empty<double>())];
    private int notFinal;

    public int Count { get; private set; }

    /// <summary>Older points were there and are forgotten.</summary>
    public bool IsTrimmed { get; private set; }

    public long Newest => Count == 0 ? long.MinValue : opens[Count - 1];

    public long Oldest => Count == 0 ? long.MaxValue : opens[0];

    /// <summary>All but perhaps the newest are final.</summary>
    public bool IsClosed => notFinal == 0 || (notFinal == 1 && !finals[Count - 1]);

    public long OpenOf(int index) => opens[index];

    public bool IsFinal(int index) => finals[index];

    public double At(int column, int index) => values[column][index];

    public ReadOnlySpan<double> Span(int column, int from, int to) => values[column].AsSpan(from, to - from);

    /// <summary>Where the point stands; otherwise the complement of where it would.</summary>
    public int Find(long open) => Count > 0 && opens[Count - 1] == open ? Count - 1 : Array.BinarySearch(opens, 0, Count, open);

    /// <summary>The first point that does not open before.</summary>
    public int FirstFrom(long open) => Find(open) is var index && index < 0 ? ~index : index;

    public PointEffect Put(long open, bool isFinal, ReadOnlySpan<double> numbers, out int index)
    {
        index = Count == 0 || open > opens[Count - 1] ? ~Count : Find(open);
        var isNew = index < 0;
        if (isNew)
        {
            index = ~index;
            if (index == 0 && IsTrimmed)
                return PointEffect.TooOld;
            Insert(index, open);
            notFinal++;
        }
        var (wasFinal, isSame) = (finals[index], !isNew && finals[index] == isFinal);
        for (var column = 0; column < values.Length; column++)
        {
            isSame &= values[column][index].Equals(numbers[column]);
            values[column][index] = numbers[column];
        }
        finals[index] = isFinal;
        notFinal += (wasFinal ? 1 : 0) - (isFinal ? 1 : 0);
        return isSame ? PointEffect.None : isFinal || wasFinal ? PointEffect.Final : PointEffect.Forming;
    }

    public bool Remove(long open)
    {
        var index = Find(open);
        if (index < 0)
            return false;
        notFinal -= finals[index] ? 0 : 1;
        Shift(index + 1, index, Count - index - 1);
        Count--;
        return true;
    }

    public void Trim(int surplus)
    {
        for (var i = 0; i < surplus; i++)
            notFinal -= finals[i] ? 0 : 1;
        Shift(surplus, 0, Count - surplus);
        Count -= surplus;
        IsTrimmed = true;
    }

    private void Insert(int index, long open)
    {
        if (Count == opens.Length)
        {
            var room = Math.Max(16, 2 * Count);
            Array.Resize(ref opens, room);
            Array.Resize(ref finals, room);
            for (var column = 0; column < values.Length; column++)
                Array.Resize(ref values[column], room);
        }
        Shift(index, index + 1, Count - index);
        opens[index] = open;
        finals[index] = false;
        Count++;
    }

    private void Shift(int from, int to, int count)
    {
        Array.Copy(opens, from, opens, to, count);
        Array.Copy(finals, from, finals, to, count);
        foreach (var column in values)
            Array.Copy(column, from, column, to, count);
    }
}

/// <summary>What a word on a point has changed.</summary>
internal enum PointEffect
{
    None,

    /// <summary>Only the candle that forms.</summary>
    Forming,

    /// <summary>Something that was final or is so now.</summary>
    Final,

    /// <summary>It lies before everything that is kept.</summary>
    TooOld,
}
