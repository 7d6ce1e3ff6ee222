using StockPipeline.Indicators.Candles;

namespace StockPipeline.Indicators.Series;

/// <summary>
/// What a repair needs while it runs: the candles as they were, made once for all indicators of the instrument. One for a thread.
/// </summary>
public sealed class Scratch(CandleFields fields)
{
    private readonly CandleColumns former = new(fields);
    private double[] trails = [];
    private int firstIndex;
    private bool isFilled;

    /// <summary>Index, in the candles of today, of the first of the former ones.</summary>
    internal int FirstIndex => firstIndex;

    /// <summary>To be called when the candles have changed.</summary>
    public void Begin() => isFilled = false;

    /// <summary>The candles as they were, from an index of today on or from an earlier one.</summary>
    internal CandleColumns Former(CandleSeries candles, int from)
    {
        if (isFilled && firstIndex <= from)
            return former;
        candles.CopyFormer(from, former);
        firstIndex = from;
        isFilled = true;
        return former;
    }

    /// <summary>Two trails of that length.</summary>
    internal (Memory<double> Now, Memory<double> Former) Trails(int length)
    {
        if (trails.Length < 2 * length)
            trails = new double[2 * length];
        return (trails.AsMemory(0, length), trails.AsMemory(length, length));
    }
}
