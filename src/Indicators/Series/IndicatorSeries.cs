using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;

namespace StockPipeline.Indicators.Series;

/// <summary>
/// One indicator over the candles of one instrument, open to repairs. Called once for all changes of the candles since the last time, before they
/// are settled; the loop over the candles knows its formula. Not safe for use from two threads.
/// </summary>
public abstract class IndicatorSeries
{
    private protected IndicatorSeries(IndicatorDescription description, Reach reach)
    {
        Description = description;
        Reach = reach;
    }

    public IndicatorDescription Description { get; }

    public Reach Reach { get; }

    /// <summary>Takes the candles that are there, once, before they are settled for the first time; says nothing.</summary>
    public abstract void Start(CandleSeries candles);

    /// <summary>
    /// Calculates what the changes of the candles change and adds every value that is not what it was, one that is there no more included.
    /// </summary>
    /// <param name="candles">With their changes.</param>
    /// <param name="scratch">For the length of the call; the same for all indicators.</param>
    /// <param name="changed">Takes the values.</param>
    public abstract void Calculate(CandleSeries candles, Scratch scratch, ValueChanges changed);

    /// <summary>
    /// Adds every value there is, calculated anew. Where the oldest candles were forgotten the values of the first ones kept cannot be had any more
    /// and are left out.
    /// </summary>
    public abstract void Replay(CandleSeries candles, Scratch scratch, ValueChanges values);

    /// <summary>
    /// Moves all values, where the formula sums up since a beginning that is no longer there, so that they go on from what was said before.
    /// </summary>
    /// <returns>False where the formula forgets, and nothing is moved.</returns>
    public abstract bool Move(double by);
}
