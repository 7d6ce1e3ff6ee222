using System.Buffers;

namespace StockPipeline.TaskWorkers.Reading;

/// <summary>
/// The candles of one instrument as they are read out of the log, in whatever order they stand there: the last record of an open time counts, and
/// nobody's forming candle is laid over a closed one. Nearly all come in order, so that nothing is looked up while they do. What it grows in is
/// borrowed, since a reading has many of them one after the other: dispose it.
/// </summary>
internal sealed class BarList : IDisposable
{
    /// <summary>Volume of a mark that takes a candle out again.</summary>
    private const long Removed = -1;

    private const int First = 1_024;

    private Bar[] bars = [];
    private int count;
    private bool isOrdered = true;
    private bool hasRemoved;

    public void Add(in Bar bar)
    {
        if (count > 0)
        {
            ref var last = ref bars[count - 1];
            if (last.OpenMs == bar.OpenMs)
            {
                last = Later(last, bar);
                return;
            }
            isOrdered &= last.OpenMs < bar.OpenMs;
        }
        if (count == bars.Length)
            Grow();
        bars[count++] = bar;
    }

    public void Remove(long openMs)
    {
        hasRemoved = true;
        Add(new Bar(openMs, 0, 0, 0, 0, Removed, Final: true));
    }

    /// <summary>In order of time, each once. What it gives is its own memory, until it is disposed.</summary>
    public ReadOnlyMemory<Bar> Finish()
    {
        if (!isOrdered || hasRemoved)
            Tidy();
        (isOrdered, hasRemoved) = (true, false);
        return bars.AsMemory(0, count);
    }

    public void Dispose()
    {
        if (bars.Length > 0)
            ArrayPool<Bar>.Shared.Return(bars);
        (bars, count) = ([], 0);
    }

    private void Tidy()
    {
        var newest = new List<Bar>(count);
        // Records of one time stay in the order of the log.
        foreach (var bar in bars.Take(count).OrderBy(static bar => bar.OpenMs))
        {
            if (newest.Count > 0 && newest[^1].OpenMs == bar.OpenMs)
                newest[^1] = Later(newest[^1], bar);
            else
                newest.Add(bar);
        }
        count = 0;
        foreach (var bar in newest.Where(static bar => bar.Volume != Removed))
            bars[count++] = bar;
    }

    private void Grow()
    {
        var larger = ArrayPool<Bar>.Shared.Rent(Math.Max(First, bars.Length * 2));
        bars.AsSpan(0, count).CopyTo(larger);
        if (bars.Length > 0)
            ArrayPool<Bar>.Shared.Return(bars);
        bars = larger;
    }

    private static Bar Later(in Bar known, in Bar next) => !next.Final && known.Final && known.Volume != Removed ? known : next;
}
