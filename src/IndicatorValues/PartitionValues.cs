using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Indicators.Candles;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.IndicatorValues;

/// <summary>
/// The candles and values of one partition while this worker owns it. On the reader's thread only.
/// </summary>
internal sealed class PartitionValues(Workbench bench, ValueTelemetry telemetry)
{
    private readonly Dictionary<Figi, InstrumentValues> instruments = [];
    private readonly List<InstrumentValues> dirty = [];
    private bool isStarted;
    private int live;
    private bool hasSignals;

    public int Instruments => instruments.Count;

    public void Take(ReadOnlySpan<TableRecord<Candle>> records)
    {
        foreach (ref readonly var record in records)
        {
            if (record.Value is { } candle)
                Take(candle);
            else if (telemetry.Keys.Read(record.Key, record.Offset) is { } key && instruments.TryGetValue(key.Figi, out var bereft))
                Mark(bereft, bereft.IsDirty, () => bereft.Remove(key.OpenTime));
        }
        PublishDirty();
    }

    /// <summary>Sessions begin by another calendar from now on.</summary>
    public void JudgeSessions()
    {
        foreach (var one in instruments.Values)
            Mark(one, one.IsDirty, one.JudgeSessions);
        PublishDirty();
    }

    /// <summary>Values of an own topic, as they were when the partition came: what comes later is our own.</summary>
    public void TakeFound<TRecord>(int which, ReadOnlySpan<TableRecord<TRecord>> records)
        where TRecord : class
    {
        var topic = (ValueTopicOf<TRecord>)bench.Topics[which];
        foreach (ref readonly var record in records)
        {
            if (record.Value is { } value)
                Of(topic.Records.FigiOf(value)).TakeFound(which, topic.Records.Read(value, topic.Lines), topic.Lines);
            else if (telemetry.Keys.Read(record.Key, record.Offset) is { } key && instruments.TryGetValue(key.Figi, out var one))
                one.ForgetFound(which, key.OpenTime);
        }
    }

    /// <summary>All candles there were have been read.</summary>
    public void Start()
    {
        isStarted = true;
        foreach (var one in instruments.Values)
            one.Start();
    }

    /// <summary>All values of an indicator there were have been read: publishes what is wrong or missing in the topic.</summary>
    public void Finish(int which)
    {
        live = which + 1;
        foreach (var one in instruments.Values)
            one.Finish(which);
    }

    public void TakeFoundSignals(ReadOnlySpan<TableRecord<Signal>> records)
    {
        foreach (ref readonly var record in records)
        {
            if (SignalKey.TryParse(record.Key, out var key) && instruments.TryGetValue(key.Figi, out var one))
                one.TakeFoundSignal(key, record.Value is not null);
        }
    }

    /// <summary>All signals there were have been read.</summary>
    public void FinishSignals()
    {
        hasSignals = true;
        foreach (var one in instruments.Values)
            one.FinishSignals();
    }

    private void PublishDirty()
    {
        foreach (var one in dirty)
            one.Publish();
        dirty.Clear();
    }

    private void Take(Candle candle)
    {
        var one = Of(candle.Figi);
        var wasDirty = one.IsDirty;
        if (one.Take(candle) == CandleEffect.TooOld)
            telemetry.TooOld(candle);
        if (isStarted && !wasDirty && one.IsDirty)
            dirty.Add(one);
    }

    private void Mark(InstrumentValues one, bool wasDirty, Action change)
    {
        change();
        if (isStarted && !wasDirty && one.IsDirty)
            dirty.Add(one);
    }

    private InstrumentValues Of(Figi figi)
    {
        if (!instruments.TryGetValue(figi, out var one))
        {
            one = new InstrumentValues(figi, bench);
            if (isStarted)
                one.Start();
            for (var which = 0; which < live; which++)
                one.Finish(which);
            if (hasSignals)
                one.FinishSignals();
            instruments.Add(figi, one);
        }
        return one;
    }
}
