using System.Diagnostics.Metrics;

namespace StockPipeline.AllInOne.Watching;

/// <summary>One look at the meters of the process: what <c>/metrics</c> would say, added up as it is asked for.</summary>
internal sealed class MeterReading : IDisposable
{
    private const string Meter = "StockPipeline";

    private readonly MeterListener listener = new();
    private readonly Dictionary<string, List<(string? Interval, double Value)>> values = new(StringComparer.Ordinal);

    public MeterReading()
    {
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Meter.Name == Meter && instrument.IsObservable)
                listening.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument.Name, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument.Name, value, tags));
        listener.Start();
    }

    /// <summary>Asks all instruments anew.</summary>
    public void Read()
    {
        values.Clear();
        listener.RecordObservableInstruments();
    }

    /// <summary>The sum over all series whose name fits.</summary>
    public double Sum(Predicate<string> named) => values.Where(pair => named(pair.Key)).Sum(pair => pair.Value.Sum(one => Finite(one.Value)));

    public double Sum(string name, string? interval = null) => values.TryGetValue(name, out var series)
        ? series.Where(one => interval is null || one.Interval == interval).Sum(one => Finite(one.Value))
        : 0;

    public void Dispose() => listener.Dispose();

    private static double Finite(double value) => double.IsFinite(value) ? value : 0;

    private void Take(string name, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string? interval = null;
        foreach (var (label, said) in tags)
        {
            if (label == "interval")
                interval = said as string;
        }
        if (!values.TryGetValue(name, out var series))
            values.Add(name, series = []);
        series.Add((interval, value));
    }
}
