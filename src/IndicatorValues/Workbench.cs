using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Series;

namespace StockPipeline.IndicatorValues;

/// <summary>What the instruments of a worker share: the indicators, how much is kept, and the room they calculate in. One for a thread.</summary>
public sealed class Workbench
{
    private readonly Dictionary<int, ValueChanges> all = [];

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

    /// <summary>Every value there is, while one instrument is finished.</summary>
    internal ValueChanges All(int which) => all.TryGetValue(which, out var values) ? values : all[which] = new ValueChanges(
        Topics[which].Indicator.Description.Lines.Count);

    /// <summary>Where signals go; nobody wants them where it is null.</summary>
    internal SignalBook? Signals { get; init; }

    internal CandleKeys Keys { get; } = new();
}
