using StockPipeline.Contracts.Instruments;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Series;
using StockPipeline.Indicators.Signals;

namespace StockPipeline.IndicatorValues;

/// <summary>
/// The signals of one instrument. While the topic is read they are held against it; from then on what changes is said. Signals that lie before the
/// values that are kept stay as they are.
/// </summary>
internal sealed class InstrumentSignals
{
    private readonly Figi figi;
    private readonly SignalBook book;
    private readonly (Indicator Indicator, SignalSeries Series)?[] series;
    private readonly List<SignalChange> changed = [];
    private HashSet<(string Rule, long OpenTime)>? found = [];

    public InstrumentSignals(Figi figi, Workbench bench, SignalBook book)
    {
        (this.figi, this.book) = (figi, book);
        series = [.. bench.Topics.Select(topic => topic.Indicator.Description.Signals.Count == 0
            ? ((Indicator, SignalSeries)?)null
            : (topic.Indicator, new SignalSeries(topic.Indicator, bench.History)))];
    }

    public void TakeFound(string rule, long openTime) => found?.Add((rule, openTime));

    public void ForgetFound(string rule, long openTime) => found?.Remove((rule, openTime));

    /// <summary>Whether an indicator has any signals.</summary>
    public bool Wants(int which) => series[which] is not null;

    /// <summary>All values of an indicator as they stand; said with <see cref="Finish"/>.</summary>
    public void Begin(int which, ValueChanges values) => series[which]?.Series.Begin(values);

    /// <summary>Values of an indicator have changed.</summary>
    public void Take(int which, ValueChanges values)
    {
        if (series[which] is not { } one || values.Count == 0)
            return;
        changed.Clear();
        one.Series.Take(values, changed);
        if (found is not null)
            return;
        foreach (ref readonly var change in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(changed))
            book.Say(figi, one.Indicator, change);
    }

    /// <summary>The topic has been read: says what is missing there, and takes back what is not true.</summary>
    /// <param name="from">Open time of the oldest candle kept.</param>
    public void Finish(long from)
    {
        var left = found ?? [];
        found = null;
        foreach (var one in series)
        {
            if (one is not { } ours)
                continue;
            var names = ours.Indicator.Description.Signals.ToDictionary(rule => rule, rule => book.NameOf(ours.Indicator, rule));
            foreach (var signal in ours.Series.All())
            {
                if (!left.Remove((names[signal.Rule], signal.OpenTime)))
                    book.Say(figi, ours.Indicator, signal);
            }
            var own = names.Values.ToHashSet();
            foreach (var (rule, openTime) in left.Where(signal => own.Contains(signal.Rule) && signal.OpenTime >= from))
                book.Withdraw(figi, rule, openTime);
        }
    }
}
