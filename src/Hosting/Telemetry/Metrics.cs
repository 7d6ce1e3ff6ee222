namespace StockPipeline.Hosting.Telemetry;

/// <summary>
/// The metrics of one service; each series carries its name in the label <c>service</c>. Declaring the same metric again, here or in another
/// service of the process, gives the same series. Safe from any thread.
/// </summary>
public sealed class Metrics
{
    /// <summary>How many series one metric may have in a process; the next go to one shared series.</summary>
    public const int MaxSeries = 2_000;

    /// <summary>The label value of the shared series.</summary>
    public const string Other = "other";

    private readonly string service;

    internal Metrics(MetricRegistry registry, string service)
    {
        Registry = registry;
        this.service = service;
    }

    internal MetricRegistry Registry { get; }

    /// <summary>Metrics that stand alone: for tests, and for use without a runner.</summary>
    public static Metrics Of(string service, TimeProvider clock) => new(new MetricRegistry(clock), service);

    public Counter Counter(string name, string help) => Counters(name, help).With();

    public Labelled<Counter> Counters(string name, string help, params string[] labels) =>
        Declare(name, "counter", help, labels, () => new Counter(), (text, family, set, counter) => text.Sample(family.Name, set, counter.Value));

    public Gauge Gauge(string name, string help) => Gauges(name, help).With();

    public Labelled<Gauge> Gauges(string name, string help, params string[] labels) =>
        Declare(name, "gauge", help, labels, () => new Gauge(), (text, family, set, gauge) => text.Sample(family.Name, set, gauge.Value));

    public Age Age(string name, string help) => Ages(name, help).With();

    public Labelled<Age> Ages(string name, string help, params string[] labels) =>
        Declare(name, "gauge", help, labels, () => new Age(Registry.Clock), (text, family, set, age) => text.Sample(family.Name, set, age.Value));

    /// <summary>A gauge that is asked when somebody looks; <paramref name="ask"/> is quick, safe from any thread, and does not throw.</summary>
    public void Ask(string name, string help, Func<double> ask) =>
        Declare(name, "gauge", help, [], () => ask, (text, family, set, current) => text.Sample(family.Name, set, current())).With();

    public Histogram Histogram(string name, string help, double[] bounds) => Histograms(name, help, bounds).With();

    public Labelled<Histogram> Histograms(string name, string help, double[] bounds, params string[] labels) =>
        Declare(name, "histogram", help, labels, () => new Histogram(bounds),
            (text, family, set, histogram) => text.Histogram(family, set, histogram));

    /// <summary>All metrics of the process, those of other services included, in the Prometheus text format.</summary>
    public override string ToString() => Registry.ToString();

    private Labelled<TMetric> Declare<TMetric>(
        string name, string kind, string help, string[] labels, Func<TMetric> make, Action<PrometheusText, Family, string, TMetric> write)
        where TMetric : class =>
        new(Registry.Family(name, kind, help, ["service", .. labels], write), service, make);
}
