using StockPipeline.Contracts.Instruments;
using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Series;

namespace StockPipeline.IndicatorsTests;

/// <summary>A series of one indicator and what a reader of its topic would hold; sees to it that nothing is said that did not change.</summary>
internal sealed class WatchedSeries
{
    private readonly CandleSeries candles;
    private readonly IndicatorSeries series;
    private readonly Scratch scratch;
    private readonly ValueChanges changes;

    public WatchedSeries(Indicator indicator, int history = 100_000)
    {
        Indicator = indicator;
        candles = new CandleSeries(indicator.Description.Fields, history, RunUp.Of([indicator]));
        series = indicator.Series();
        scratch = new Scratch(indicator.Description.Fields);
        changes = new ValueChanges(indicator.Description.Lines.Count);
        series.Start(candles);
        candles.Settle();
    }

    public Indicator Indicator { get; }

    /// <summary>The last value of each open time.</summary>
    public SortedDictionary<long, (Price Close, bool Final, double[] Lines)> Topic { get; } = [];

    /// <summary>Every value said, in order.</summary>
    public List<ValueChange> Said { get; } = [];

    public CandleSeries Candles => candles;

    public CandleEffect Set(in CandleRow row) => candles.Set(row);

    public CandleEffect Set(long openTime, double close, bool final = true) =>
        Set(CandleRow.Of(openTime, Price.FromNanos((long)Math.Round(close * Price.One)), final));

    public bool Remove(long openTime) => candles.Remove(openTime);

    /// <summary>Lets the values follow.</summary>
    public void Calculate()
    {
        changes.Clear();
        scratch.Begin();
        series.Calculate(candles, scratch, changes);
        candles.Settle();
        for (var i = 0; i < changes.Count; i++)
            Take(changes[i], changes.LinesOf(i).ToArray());
    }

    /// <summary>Sets every candle and lets the values follow each.</summary>
    public void Live(IEnumerable<CandleRow> rows)
    {
        foreach (var row in rows)
        {
            Set(row);
            Calculate();
        }
    }

    private void Take(ValueChange change, double[] lines)
    {
        var isKnown = Topic.TryGetValue(change.OpenTime, out var before);
        Said.Add(change);
        Assert.Equal(isKnown && before.Final, change.WasFinal);
        if (change.IsWithdrawn)
        {
            Assert.True(Topic.Remove(change.OpenTime), $"{Indicator}: a value is withdrawn that was never said");
            return;
        }
        Assert.True(lines.Any(double.IsFinite), $"{Indicator}: a value without a line is said");
        Assert.All(lines, line =>
            Assert.False(double.IsInfinity(line) || (line == 0 && double.IsNegative(line)), $"{Indicator}: {line:R} is said at {change.OpenTime}"));
        Assert.False(
            isKnown && before.Close == change.Close && before.Final == change.Final && before.Lines.SequenceEqual(lines),
            $"{Indicator}: a value is said again at {change.OpenTime}");
        Topic[change.OpenTime] = (change.Close, change.Final, lines);
    }
}
