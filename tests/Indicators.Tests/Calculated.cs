using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Series;

namespace StockPipeline.IndicatorsTests;

/// <summary>The values of an indicator over a whole series at once.</summary>
internal static class Calculated
{
    /// <summary>The lines at each open time that has a value.</summary>
    public static SortedDictionary<long, double[]> Of(Indicator indicator, IEnumerable<CandleRow> candles)
    {
        var series = new CandleSeries(indicator.Description.Fields, history: 1_000_000, runUp: 1);
        foreach (var candle in candles)
            series.Set(candle);
        var calculated = indicator.Series();
        calculated.Start(series);
        var changes = new ValueChanges(indicator.Description.Lines.Count);
        calculated.Replay(series, new Scratch(indicator.Description.Fields), changes);
        var values = new SortedDictionary<long, double[]>();
        for (var i = 0; i < changes.Count; i++)
            values.Add(changes[i].OpenTime, changes.LinesOf(i).ToArray());
        return values;
    }
}
