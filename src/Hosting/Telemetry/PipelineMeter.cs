using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;

namespace StockPipeline.Hosting.Telemetry;

/// <summary>
/// The meter of a process and its instruments by name. Each is an observable one over the series of all services: what is counted on a hot path
/// is one atomic addition whether anybody listens or not, and exporters read the sums when they want them.
/// </summary>
internal sealed partial class PipelineMeter : IDisposable
{
    public const string Name = "StockPipeline";

    private readonly Lock gate = new();
    private readonly Dictionary<string, Family> families = new(StringComparer.Ordinal);

    public PipelineMeter(TimeProvider clock)
    {
        Clock = clock;
        Meter.CreateObservableCounter("stockpipeline_metric_series_over_limit_total", OverLimit, null,
            "Look-ups of a series that went to the shared one because their metric had too many.");
    }

    public Meter Meter { get; } = new(Name);

    public TimeProvider Clock { get; }

    public Family<Counter> Counters(string name, string help, string[] labels) => Counters(name, help, labels, () => new Counter());

    public Family<TSeries> Counters<TSeries>(string name, string help, string[] labels, Func<TSeries> make) where TSeries : class, ISeries
    {
        if (!name.EndsWith("_total", StringComparison.Ordinal))
            throw new ArgumentException($"The name of the counter '{name}' has to end in _total.", nameof(name));
        return Declare(name, labels, make, family => Meter.CreateObservableCounter(name, family.Observe, null, help));
    }

    public Family<TSeries> Gauges<TSeries>(string name, string help, string[] labels, Func<TSeries> make) where TSeries : class, ISeries =>
        Declare(name, labels, make, family => Meter.CreateObservableGauge(name, family.Observe, null, help));

    public void Dispose() => Meter.Dispose();

    private Family<TSeries> Declare<TSeries>(string name, string[] labels, Func<TSeries> make, Action<Family<TSeries>> announce)
        where TSeries : class, ISeries
    {
        lock (gate)
        {
            if (families.TryGetValue(name, out var found))
            {
                return found is Family<TSeries> known && known.Labels.SequenceEqual(labels)
                    ? known
                    : throw new InvalidOperationException($"The metric {name} is declared twice, with another kind or other labels.");
            }
            Check(name, labels);
            var made = new Family<TSeries>(name, labels, make);
            families.Add(name, made);
            announce(made);
            return made;
        }
    }

    private IEnumerable<Measurement<long>> OverLimit()
    {
        lock (gate)
        {
            return [.. families.Values.Where(family => family.OverLimit > 0)
                .Select(family => new Measurement<long>(family.OverLimit, new KeyValuePair<string, object?>("metric", family.Name)))];
        }
    }

    private static void Check(string name, string[] labels)
    {
        if (!MetricName().IsMatch(name))
            throw new ArgumentException($"'{name}' is no name for a metric.", nameof(name));
        if (labels.FirstOrDefault(label => !LabelName().IsMatch(label) || label is "le") is { } wrong)
            throw new ArgumentException($"'{wrong}' is no name for a label.", nameof(labels));
        if (labels.Distinct().Count() != labels.Length)
            throw new ArgumentException($"{name} has the same label twice.", nameof(labels));
    }

    [GeneratedRegex("^[a-zA-Z_:][a-zA-Z0-9_:]*$")]
    private static partial Regex MetricName();

    [GeneratedRegex("^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$")]
    private static partial Regex LabelName();
}

/// <summary>All series of one name.</summary>
internal abstract class Family(string name, string[] labels)
{
    public string Name { get; } = name;

    public string[] Labels { get; } = labels;

    /// <summary>Look-ups that went to the shared series because the limit was reached.</summary>
    public abstract long OverLimit { get; }
}

/// <summary>All series of one name and one kind, by their label values.</summary>
internal sealed class Family<TSeries>(string name, string[] labels, Func<TSeries> make) : Family(name, labels) where TSeries : class, ISeries
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (TSeries Series, KeyValuePair<string, object?>[] Tags)> all = new(StringComparer.Ordinal);
    private long overLimit;

    public override long OverLimit => Interlocked.Read(ref overLimit);

    public TSeries With(string[] values)
    {
        if (values.Length != Labels.Length)
            throw new ArgumentException($"{Name} has {Labels.Length} labels ({string.Join(", ", Labels)}), not {values.Length}.", nameof(values));
        lock (gate)
        {
            if (all.TryGetValue(Key(values), out var known))
                return known.Series;
            if (all.Count >= Metrics.MaxSeries)
            {
                Interlocked.Increment(ref overLimit);
                // The first label is the service, of which there are few; all others are given up.
                values = [values[0], .. values.Skip(1).Select(_ => Metrics.Other)];
                if (all.TryGetValue(Key(values), out known))
                    return known.Series;
            }
            var made = make();
            all.Add(Key(values), (made, [.. Labels.Zip(values, (label, value) => new KeyValuePair<string, object?>(label, value))]));
            return made;
        }
    }

    public IEnumerable<Measurement<double>> Observe()
    {
        lock (gate)
            return [.. all.Values.Select(one => new Measurement<double>(one.Series.Value, one.Tags))];
    }

    private static string Key(string[] values) => string.Join('\0', values);
}
