using System.Globalization;

namespace StockPipeline.Hosting.Telemetry;

/// <summary>The metrics every service has, under the same names everywhere.</summary>
public static class PipelineMetrics
{
    /// <summary>Records between what was read of a partition and its end.</summary>
    public static Gauge ConsumerLag(this Metrics metrics, string topic, int partition) =>
        metrics.Gauges("stockpipeline_consumer_lag_records", "Records not yet read of a partition.", "topic", "partition")
            .With(topic, partition.ToString(CultureInfo.InvariantCulture));

    /// <summary>How old the newest record of a topic is, by the time inside the record.</summary>
    public static Age DataAge(this Metrics metrics, string topic) =>
        metrics.Ages("stockpipeline_data_age_seconds", "Age of the newest data seen of a topic.", "topic").With(topic);

    public static Counter RecordsRead(this Metrics metrics, string topic) =>
        metrics.Counters("stockpipeline_records_read_total", "Records read from a topic.", "topic").With(topic);

    public static Counter RecordsWritten(this Metrics metrics, string topic) =>
        metrics.Counters("stockpipeline_records_written_total", "Records written to a topic and acknowledged.", "topic").With(topic);

    /// <summary>Errors that were handled; <paramref name="kind"/> is one of few fixed words, never a message.</summary>
    public static Counter Errors(this Metrics metrics, string kind) =>
        metrics.Counters("stockpipeline_errors_total", "Errors met and handled, by kind.", "kind").With(kind);

    public static Histogram StepDuration(this Metrics metrics, string step) =>
        metrics.Histograms("stockpipeline_step_seconds", "How long one step of the work took.", Telemetry.Histogram.Latencies, "step").With(step);
}
