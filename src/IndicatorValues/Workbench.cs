using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Series;

namespace StockPipeline.IndicatorValues;

/// <summary>What the instruments of a worker share: the indicators, how much is kept, and the room they calculate in. One for a thread.</summary>
public sealed class Workbench
{
    /// <summary>
    /// Room for whole histories of values, by the number of their lines. While topics are read at the start one history follows another; each in
    /// arrays of its own would be hundreds of kilobytes that are collected late.
    /// </summary>
    private readonly Dictionary<int, Stack<ValueChanges>> histories = [];

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

    /// <summary>Lends room for every value of an instrument; empty, and to be given back.</summary>
    internal ValueChanges Borrow(int lines)
    {
        if (!histories.TryGetValue(lines, out var free) || !free.TryPop(out var values))
            return new ValueChanges(lines);
        values.Reset();
        return values;
    }

    internal void GiveBack(ValueChanges values)
    {
        if (!histories.TryGetValue(values.Lines, out var free))
            histories[values.Lines] = free = [];
        free.Push(values);
    }

    /// <summary>Lets go of the room that only the start needs.</summary>
    internal void LetGo()
    {
        histories.Clear();
        foreach (var topic in Topics)
            topic.Changes.Clear();
    }

    /// <summary>Where signals go; nobody wants them where it is null.</summary>
    internal SignalBook? Signals { get; init; }

    /// <summary>By which calendar sessions begin; the days of UTC where it is null.</summary>
    internal CandleSessions? Sessions { get; init; }

    internal CandleKeys Keys { get; } = new();
}
