namespace StockPipeline.TaskWorkers.Reading;

/// <summary>
/// The candles of one instrument as they are read out of the log, in whatever order they stand there: the last record of an open time counts, and
/// nobody's forming candle is laid over a closed one. Nearly all come in order, so that nothing is looked up while they do.
/// </summary>
internal sealed class BarList
{
    /// <summary>Volume of a mark that takes a candle out again.</summary>
    private const long Removed = -1;

    private readonly List<Bar> bars = [];
    private bool isOrdered = true;

    public void Add(in Bar bar)
    {
        if (bars.Count > 0 && bars[^1] is var last && last.OpenMs >= bar.OpenMs)
        {
            if (last.OpenMs == bar.OpenMs)
            {
                bars[^1] = Later(last, bar);
                return;
            }
            isOrdered = false;
        }
        bars.Add(bar);
    }

    public void Remove(long openMs) => Add(new Bar(openMs, 0, 0, 0, 0, Removed, Final: true));

    /// <summary>In order of time, each once.</summary>
    public Bar[] ToArray()
    {
        if (isOrdered && !bars.Exists(static bar => bar.Volume == Removed))
            return [.. bars];
        var newest = new List<Bar>(bars.Count);
        foreach (var bar in isOrdered ? bars : bars.OrderBy(static bar => bar.OpenMs).AsEnumerable())
        {
            if (newest.Count > 0 && newest[^1].OpenMs == bar.OpenMs)
                newest[^1] = Later(newest[^1], bar);
            else
                newest.Add(bar);
        }
        return [.. newest.Where(static bar => bar.Volume != Removed)];
    }

    private static Bar Later(in Bar known, in Bar next) => !next.Final && known.Final && known.Volume != Removed ? known : next;
}
