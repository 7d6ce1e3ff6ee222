namespace StockPipeline.Hosting.Telemetry;

/// <summary>All series of one name and one kind of metric, by their label values.</summary>
internal sealed class SeriesFamily<TMetric>(
    string name, string kind, string help, string[] labels, Action<PrometheusText, Family, string, TMetric> write)
    : Family(name, kind, help, labels) where TMetric : class
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, TMetric> series = new(StringComparer.Ordinal);
    private long overLimit;

    public override long OverLimit => Interlocked.Read(ref overLimit);

    public TMetric Of(string[] values, Func<TMetric> make)
    {
        if (values.Length != Labels.Length)
            throw new ArgumentException($"{Name} has {Labels.Length} labels ({string.Join(", ", Labels)}), not {values.Length}.", nameof(values));
        lock (gate)
        {
            var key = PrometheusText.LabelSet(Labels, values);
            if (series.TryGetValue(key, out var known))
                return known;
            if (series.Count >= Metrics.MaxSeries)
            {
                Interlocked.Increment(ref overLimit);
                // The first label is the service, of which there are few; all others are given up.
                key = PrometheusText.LabelSet(Labels, [values[0], .. values.Skip(1).Select(_ => Metrics.Other)]);
                if (series.TryGetValue(key, out known))
                    return known;
            }
            var made = make();
            series.Add(key, made);
            return made;
        }
    }

    public override void Write(PrometheusText text)
    {
        KeyValuePair<string, TMetric>[] all;
        lock (gate)
            all = [.. series];
        foreach (var (labelSet, metric) in all)
            write(text, this, labelSet, metric);
    }
}
