using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Indicators.Macd;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.Macd;

/// <summary>
/// The candles and values of one partition while this worker owns it. On the reader's thread only.
/// </summary>
internal sealed class PartitionTables(MacdSettings settings, IValueOutput output, MacdTelemetry telemetry)
{
    private readonly Dictionary<Figi, InstrumentSeries> instruments = [];
    private readonly List<InstrumentSeries> dirty = [];

    public bool IsLoaded { get; private set; }

    public int Instruments => instruments.Count;

    public void Take(ReadOnlySpan<TableRecord<Candle>> records)
    {
        foreach (ref readonly var record in records)
        {
            if (record.Value is { } candle)
                Take(candle);
            else if (telemetry.Keys.Read(record.Key, record.Offset) is { } key && instruments.TryGetValue(key.Figi, out var bereft))
                Change(bereft, () => bereft.Remove(key.OpenTime));
        }
        foreach (var series in dirty)
            series.Publish();
        dirty.Clear();
    }

    /// <summary>Values of the own topic, as they were when the partition came: what comes later is our own.</summary>
    public void TakeFound(ReadOnlySpan<TableRecord<MacdValue>> records)
    {
        foreach (ref readonly var record in records)
        {
            if (record.Value is { } value)
                Of(value.Figi).TakeFound(value);
            else if (telemetry.Keys.Read(record.Key, record.Offset) is { } key && instruments.TryGetValue(key.Figi, out var series))
                series.ForgetFound(key.OpenTime);
        }
    }

    /// <summary>All there was has been read: publishes what is wrong or missing in the topic.</summary>
    public void Reconcile()
    {
        IsLoaded = true;
        foreach (var series in instruments.Values)
            series.Reconcile();
    }

    private void Take(Candle candle)
    {
        var series = Of(candle.Figi);
        var wasDirty = series.IsDirty;
        if (series.Take(candle) == CandleEffect.TooOld)
            telemetry.TooOld(candle);
        if (IsLoaded && !wasDirty && series.IsDirty)
            dirty.Add(series);
    }

    private void Change(InstrumentSeries series, Action change)
    {
        var wasDirty = series.IsDirty;
        change();
        if (IsLoaded && !wasDirty && series.IsDirty)
            dirty.Add(series);
    }

    private InstrumentSeries Of(Figi figi)
    {
        if (!instruments.TryGetValue(figi, out var series))
        {
            series = new InstrumentSeries(figi, settings, output);
            if (IsLoaded)
                series.Reconcile();
            instruments.Add(figi, series);
        }
        return series;
    }
}
