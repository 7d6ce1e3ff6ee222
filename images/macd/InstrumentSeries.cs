using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Indicators.Macd;

namespace StockPipeline.Macd;

/// <summary>
/// One instrument: its candles, its values and their epoch. While it loads it collects what the topics hold; <see cref="Reconcile"/> then
/// publishes only what is wrong or missing there, and from then on every change publishes what it changes.
/// </summary>
internal sealed class InstrumentSeries(Figi figi, MacdSettings settings, IValueOutput output)
{
    /// <summary>Changes there is room for between two of them; what a whole history took is given back.</summary>
    private const int MaxKept = 64;

    private readonly MacdSeries series = new(settings.Factors, settings.History);
    private readonly List<MacdStep> changed = [];
    private Dictionary<long, PublishedValue>? found = [];
    private long epoch;

    /// <summary>Candles changed since the last <see cref="Publish"/>.</summary>
    public bool IsDirty { get; private set; }

    /// <summary>A candle as the topic has it. What is closed does not form again: such a record is older than it looks.</summary>
    public CandleEffect Take(Candle candle)
    {
        var openTime = candle.OpenTime.ToUnixTimeMilliseconds();
        if (!candle.Final && series.TryGet(openTime, out var known) && known.Final)
            return CandleEffect.Unchanged;
        var effect = series.Set(openTime, candle.Close, candle.Final);
        IsDirty |= effect is not (CandleEffect.Unchanged or CandleEffect.TooOld);
        return effect;
    }

    /// <summary>The candle is gone from the topic.</summary>
    public void Remove(DateTimeOffset openTime)
    {
        if (!series.Remove(openTime.ToUnixTimeMilliseconds(), out var wasPublished))
            return;
        IsDirty = true;
        if (wasPublished)
            output.Withdraw(figi, openTime);
    }

    /// <summary>A value as the topic has it, while loading.</summary>
    public void TakeFound(MacdValue value)
    {
        if (found is null)
            return;
        found[value.OpenTime.ToUnixTimeMilliseconds()] = PublishedValue.Of(value, settings.Factors.Parameters);
        epoch = Math.Max(epoch, value.Epoch);
        if (found.Count > 2 * settings.History)
            DropOldest(found, settings.History);
    }

    public void ForgetFound(DateTimeOffset openTime) => found?.Remove(openTime.ToUnixTimeMilliseconds());

    /// <summary>Loading is over: holds the values of the topic against those of the candles.</summary>
    public void Reconcile()
    {
        series.Settle();
        var values = found ?? [];
        found = null;
        var startIsKnown = StartIsKnown(values);
        foreach (var (openTime, value) in values)
        {
            if (value.SameParameters
                ? series.Acknowledge(openTime, value.Main, value.Signal, value.Final, startIsKnown)
                : series.TryGet(openTime, out var step) && step.HasValue)
            {
                continue;
            }
            if (series.Count > 0 && openTime >= series.FirstOpenTime)
                output.Withdraw(figi, DateTimeOffset.FromUnixTimeMilliseconds(openTime));
        }
        IsDirty = false;
        var sink = new Collect(changed);
        series.PublishMissing(ref sink);
        Say();
    }

    /// <summary>Publishes what the changes since the last call have changed.</summary>
    public void Publish()
    {
        IsDirty = false;
        var sink = new Collect(changed);
        series.Recalculate(ref sink);
        Say();
    }

    /// <summary>
    /// A value where our series has none yet, though the parameters are ours, was calculated from candles that the topic has since let go.
    /// </summary>
    private bool StartIsKnown(Dictionary<long, PublishedValue> values) =>
        !values.Any(value => value.Value.SameParameters && (series.TryGet(value.Key, out var step) ? !step.HasValue : series.Count > 0
            && value.Key < series.FirstOpenTime));

    private void Say()
    {
        if (changed.Exists(step => step.Said))
            epoch++;
        foreach (ref readonly var step in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(changed))
        {
            if (step.HasValue)
                output.Publish(Value(step));
            else
                output.Withdraw(figi, DateTimeOffset.FromUnixTimeMilliseconds(step.OpenTime));
        }
        changed.Clear();
        if (changed.Capacity > MaxKept)
            changed.Capacity = 0;
    }

    private MacdValue Value(in MacdStep step) => new()
    {
        Figi = figi,
        OpenTime = DateTimeOffset.FromUnixTimeMilliseconds(step.OpenTime),
        Close = step.Close,
        MainLine = step.Main,
        SignalLine = step.Signal,
        Histogram = step.Histogram,
        Final = step.Final,
        Parameters = settings.Factors.Parameters,
        Epoch = epoch,
    };

    private static void DropOldest(Dictionary<long, PublishedValue> values, int keep)
    {
        foreach (var openTime in values.Keys.Order().Take(values.Count - keep).ToList())
            values.Remove(openTime);
    }

    private readonly struct Collect(List<MacdStep> steps) : IMacdSink
    {
        public bool Publish(in MacdStep step)
        {
            steps.Add(step);
            return true;
        }
    }
}
