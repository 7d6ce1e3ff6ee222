using StockPipeline.Indicators.Macd;

namespace StockPipeline.IndicatorsTests.Macd;

/// <summary>What a reader of the topic would hold: the last value of each open time, and how many were said.</summary>
internal sealed class PublishedValues
{
    public SortedDictionary<long, MacdStep> Last { get; } = [];

    public List<MacdStep> Said { get; } = [];

    /// <summary>Steps said just as they had been said last.</summary>
    public List<MacdStep> Repeated { get; } = [];

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
            if (values.Last.TryGetValue(step.OpenTime, out var before) && IsSame(before, step))
                values.Repeated.Add(step);
            values.Last[step.OpenTime] = step;
            values.Said.Add(step);
            return true;
        }

        private static bool IsSame(in MacdStep one, in MacdStep other) => one.HasValue == other.HasValue && one.Close == other.Close
            && one.Final == other.Final && one.Main.Equals(other.Main) && one.Signal.Equals(other.Signal);
    }
}
