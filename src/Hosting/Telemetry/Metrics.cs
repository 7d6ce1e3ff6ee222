using System.Diagnostics.Metrics;
using System.Globalization;

namespace StockPipeline.Hosting.Telemetry;

/// <summary>
/// Declares the metrics of one service; each series carries its name in the label <c>service</c>. Declaring the same metric again, here or in
/// another service of the process, gives the same series. Counting is free of allocations; safe from any thread.
/// </summary>
public sealed class Metrics
{
    /// <summary>How many series one metric may have in a process; the next go to one shared series.</summary>
    public const int MaxSeries = 2_000;

    /// <summary>The label value of the shared series.</summary>
    public const string Other = "other";

    private readonly PipelineMeter meter;
    private readonly string service;

    internal Metrics(PipelineMeter meter, string service)
    {
        this.meter = meter;
        this.service = service;
    }

    /// <summary>Makes metrics that stand alone: for tests, and for use without a host.</summary>
    public static Metrics Of(string service, TimeProvider clock) => new(new PipelineMeter(clock), service);

    public Counter Counter(string name, string help) => Counters(name, help).With();

    public Labelled<Counter> Counters(string name, string help, params string[] labels) =>
        new(meter.Counters(name, help, ["service", .. labels]), service);

    public Gauge Gauge(string name, string help) => Gauges(name, help).With();

    public Labelled<Gauge> Gauges(string name, string help, params string[] labels) =>
        new(meter.Gauges(name, help, ["service", .. labels], () => new Gauge()), service);

    public Age Age(string name, string help) => Ages(name, help).With();

    public Labelled<Age> Ages(string name, string help, params string[] labels) =>
        new(meter.Gauges(name, help, ["service", .. labels], () => new Age(meter.Clock)), service);

    /// <summary>Declares a gauge that is asked when somebody looks; what is asked is quick, safe from any thread, and does not throw.</summary>
    public void Ask(string name, string help, Func<double> ask) =>
        meter.Gauges<Asked>(name, help, ["service"], () => new Asked()).With([service]).Ask = ask;

    /// <summary>Declares a counter that is asked when somebody looks, of a number that only grows.</summary>
    public void AskCounter(string name, string help, Func<double> ask) =>
        meter.Counters<Asked>(name, help, ["service"], () => new Asked()).With([service]).Ask = ask;

    /// <summary>Declares how often which size occurs.</summary>
    /// <param name="name">In seconds where it is a time: <c>…_seconds</c>.</param>
    /// <param name="help">What is measured.</param>
    /// <param name="bounds">The upper bounds of the buckets, inclusive and rising; a last one without bound is added.</param>
    public SizeHistogram Histogram(string name, string help, double[] bounds) =>
        new(meter.Meter.CreateHistogram(name, null, help, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds }), service);

    /// <summary>Records between what was read of a partition and its end.</summary>
    public Gauge ConsumerLag(string topic, int partition) =>
        Gauges("stockpipeline_consumer_lag_records", "Records not yet read of a partition.", "topic", "partition")
            .With(topic, partition.ToString(CultureInfo.InvariantCulture));

    /// <summary>How old the newest record of a topic is, by the time inside the record.</summary>
    public Age DataAge(string topic) => Ages("stockpipeline_data_age_seconds", "Age of the newest data seen of a topic.", "topic").With(topic);

    public Counter RecordsRead(string topic) =>
        Counters("stockpipeline_records_read_total", "Records read from a topic.", "topic").With(topic);

    public Counter RecordsWritten(string topic) =>
        Counters("stockpipeline_records_written_total", "Records written to a topic and acknowledged.", "topic").With(topic);

    /// <summary>Errors that were handled; <paramref name="kind"/> is one of few fixed words, never a message.</summary>
    public Counter Errors(string kind) => Counters("stockpipeline_errors_total", "Errors met and handled, by kind.", "kind").With(kind);

    private sealed class Asked : ISeries
    {
        public Func<double> Ask { get; set; } = () => double.NaN;

        public double Value => Ask();
    }
}
