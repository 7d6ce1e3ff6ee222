using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Series;

namespace StockPipeline.IndicatorValues;

/// <summary>What the instruments of a worker share: the indicators, how much is kept, and the room they calculate in. One for a thread.</summary>
public sealed class Workbench
{
    /// <param name="topics">The indicators, in the order in which their topics are read.</param>
    /// <param name="history">Candles of each instrument that are kept and can still be repaired.</param>
    public Workbench(IReadOnlyList<ValueTopic> topics, int history)
    {
        Topics = topics;
        History = history;
        RunUp = Indicators.Series.RunUp.Of(topics.Select(topic => topic.Indicator));
        Fields = topics.Aggregate(CandleFields.Close, (fields, topic) => fields | topic.Indicator.Description.Fields);
        Scratch = new Scratch(Fields);
    }

    public IReadOnlyList<ValueTopic> Topics { get; }

    internal int History { get; }

    internal int RunUp { get; }

    internal CandleFields Fields { get; }

    internal Scratch Scratch { get; }

    internal CandleKeys Keys { get; } = new();
}
