using StockPipeline.Indicators.Macd;

namespace StockPipeline.IndicatorsTests.Macd;

/// <summary>What a reader of the topic would hold: the last value of each open time, and how many were said.</summary>
internal sealed class PublishedValues
{
    public SortedDictionary<long, MacdStep> Last { get; } = [];

    public List<MacdStep> Said { get; } = [];

    public void Take(MacdSeries series)
    {
        var sink = new Sink(this);
        series.Recalculate(ref sink);
    }

    public void TakeMissing(MacdSeries series)
    {
        var sink = new Sink(this);
        series.PublishMissing(ref sink);
    }

    private readonly struct Sink(PublishedValues values) : IMacdSink
    {
        public bool Publish(in MacdStep step)
        {
            values.Last[step.OpenTime] = step;
            values.Said.Add(step);
            return true;
        }
    }
}
