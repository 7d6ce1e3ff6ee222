using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Series;

namespace StockPipeline.IndicatorValues;

/// <summary>
/// One instrument: its candles, once, and the values of every indicator with their epochs. The topics of the indicators come one after the other:
/// each is held against the values that are right, what is wrong or missing there is published, and from then on every change publishes what it
/// changes.
/// </summary>
internal sealed class InstrumentValues
{
    private readonly Figi figi;
    private readonly Workbench bench;
    private readonly CandleSeries candles;
    private readonly IndicatorSeries[] series;
    private readonly long[] epochs;
    private readonly InstrumentSignals? signals;

    /// <summary>Held against the topic that is being read.</summary>
    private Comparison? comparison;

    /// <summary>How many of the topics have been read.</summary>
    private int live;

    public InstrumentValues(Figi figi, Workbench bench)
    {
        this.figi = figi;
        this.bench = bench;
        candles = new CandleSeries(bench.Fields, bench.History, bench.RunUp);
        series = [.. bench.Topics.Select(topic => topic.Indicator.Series())];
        epochs = new long[series.Length];
        signals = bench.Signals is { } book ? new InstrumentSignals(figi, bench, book) : null;
    }

    /// <summary>Candles changed since the last <see cref="Publish"/>.</summary>
    public bool IsDirty { get; private set; }

    /// <summary>A candle as the topic has it. What is closed does not form again: such a record is older than it looks.</summary>
    public CandleEffect Take(Candle candle)
    {
        var row = CandleRow.Of(candle);
        if (bench.Sessions is { } sessions)
            row = row with { Session = sessions.StartOf(figi, row.OpenTime) };
        if (!candle.Final && candles.Columns.Find(row.OpenTime) is >= 0 and var index && candles.Columns.Final[index])
            return CandleEffect.Unchanged;
        var effect = candles.Set(row);
        IsDirty |= effect is not (CandleEffect.Unchanged or CandleEffect.TooOld);
        return effect;
    }

    /// <summary>The candle is gone from the topic.</summary>
    public void Remove(DateTimeOffset openTime) => IsDirty |= candles.Remove(openTime.ToUnixTimeMilliseconds());

    /// <summary>The calendar is another one: a candle that belongs to another session now is corrected.</summary>
    public void JudgeSessions()
    {
        for (var index = 0; index < candles.Count; index++)
        {
            var row = candles.Columns[index];
            row = row with { Session = bench.Sessions?.StartOf(figi, row.OpenTime) ?? 0 };
            if (!candles.Columns.IsSame(index, row))
                IsDirty |= candles.Set(row) != CandleEffect.TooOld;
        }
    }

    /// <summary>All candles have been read: every indicator takes them.</summary>
    public void Start()
    {
        foreach (var one in series)
            one.Start(candles);
        candles.Settle();
        IsDirty = false;
    }

    /// <summary>A value as the topic of an indicator has it, while that topic is being read.</summary>
    public void TakeFound(int which, in FoundValue found, ReadOnlySpan<double> lines) => Compare(which).Take(found, lines);

    public void ForgetFound(int which, DateTimeOffset openTime) => Compare(which).Forget(openTime.ToUnixTimeMilliseconds());

    /// <summary>The topic of an indicator has been read: publishes what is wrong or missing there.</summary>
    public void Finish(int which)
    {
        var compared = Compare(which);
        comparison = null;
        live = which + 1;
        epochs[which] = Math.Max(epochs[which], compared.Epoch);
        var changes = bench.Topics[which].Changes;
        changes.Reset();
        compared.Finish(series[which], changes);
        bench.Keys.Begin(figi);
        Say(which, changes);
        if (signals?.Wants(which) == true)
        {
            // Candles may have come since the comparison began.
            var all = compared.Expected;
            all.Reset();
            series[which].Replay(candles, bench.Scratch, all);
            signals.Begin(which, all);
        }
        bench.GiveBack(compared.Expected);
    }

    /// <summary>A signal as the topic has it, while that is being read.</summary>
    public void TakeFoundSignal(SignalKey key, bool isThere)
    {
        if (isThere)
            signals?.TakeFound(key.Rule, key.OpenTime.ToUnixTimeMilliseconds());
        else
            signals?.ForgetFound(key.Rule, key.OpenTime.ToUnixTimeMilliseconds());
    }

    /// <summary>The topic of the signals has been read: says what is wrong or missing there.</summary>
    public void FinishSignals() => signals?.Finish(candles.Count > 0 ? candles.FirstOpenTime : long.MaxValue);

    /// <summary>Publishes what the changes since the last call have changed.</summary>
    public void Publish()
    {
        IsDirty = false;
        bench.Scratch.Begin();
        bench.Keys.Begin(figi);
        for (var which = 0; which < series.Length; which++)
        {
            var changes = bench.Topics[which].Changes;
            changes.Clear();
            series[which].Calculate(candles, bench.Scratch, changes);
            if (which < live)
            {
                Say(which, changes);
                signals?.Take(which, changes);
            }
            else if (which == live)
                comparison?.Replace(changes);
        }
        candles.Settle();
    }

    private Comparison Compare(int which) =>
        comparison ??= new Comparison(
            bench.Topics[which].Indicator, series[which], candles, bench.Scratch, bench.Borrow(bench.Topics[which].Changes.Lines));

    private void Say(int which, ValueChanges changes)
    {
        if (changes.Count == 0)
            return;
        if (changes.HasRepairs)
            epochs[which]++;
        var topic = bench.Topics[which];
        for (var i = 0; i < changes.Count; i++)
        {
            var change = changes[i];
            var key = bench.Keys.Of(change.OpenTime);
            if (change.IsWithdrawn)
                topic.Withdraw(key, figi, change.OpenTime);
            else
                topic.Publish(key, figi, change, changes.LinesOf(i), epochs[which]);
        }
    }
}
