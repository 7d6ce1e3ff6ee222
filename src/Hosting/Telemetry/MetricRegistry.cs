using System.Text.RegularExpressions;

namespace StockPipeline.Hosting.Telemetry;

/// <summary>All metrics of one process. Safe from any thread.</summary>
internal sealed partial class MetricRegistry(TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, Family> families = new(StringComparer.Ordinal);

    public TimeProvider Clock { get; } = clock;

    public SeriesFamily<TMetric> Family<TMetric>(
        string name, string kind, string help, string[] labels, Action<PrometheusText, Family, string, TMetric> write)
        where TMetric : class
    {
        Check(name, kind, labels);
        lock (gate)
        {
            if (!families.TryGetValue(name, out var family))
            {
                var made = new SeriesFamily<TMetric>(name, kind, help, labels, write);
                families.Add(name, made);
                return made;
            }
            return family is SeriesFamily<TMetric> known && known.Labels.SequenceEqual(labels) && known.Kind == kind
                ? known
                : throw new InvalidOperationException($"The metric {name} is declared twice, with another kind or other labels.");
        }
    }

    public override string ToString()
    {
        var text = new PrometheusText();
        Family[] all;
        lock (gate)
            all = [.. families.Values];
        foreach (var family in all)
        {
            text.Header(family.Name, family.Kind, family.Help);
            family.Write(text);
        }
        const string over = "stockpipeline_metric_series_over_limit_total";
        text.Header(over, "counter", "Look-ups of a series that went to the shared one because their metric had too many.");
        foreach (var family in all.Where(family => family.OverLimit > 0))
            text.Sample(over, PrometheusText.LabelSet(["metric"], [family.Name]), family.OverLimit);
        return text.ToString();
    }

    private static void Check(string name, string kind, string[] labels)
    {
        if (!MetricName().IsMatch(name))
            throw new ArgumentException($"'{name}' is no name for a metric.", nameof(name));
        if (kind == "counter" && !name.EndsWith("_total", StringComparison.Ordinal))
            throw new ArgumentException($"The name of the counter '{name}' has to end in _total.", nameof(name));
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
