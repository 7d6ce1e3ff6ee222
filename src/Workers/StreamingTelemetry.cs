using System.Collections.Concurrent;
using StockPipeline.Hosting.Telemetry;
using StockPipeline.Streaming.Metrics;

namespace StockPipeline.Workers;

/// <summary>Shows what streaming tells about itself as the metrics every service has.</summary>
internal sealed class StreamingTelemetry(Metrics metrics) : IStreamingMetrics
{
    private readonly ConcurrentDictionary<string, Counter> read = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Counter> written = new(StringComparer.Ordinal);

    private Written? last;

    public void Consumed(string topic, int records, DateTimeOffset newest)
    {
        read.GetOrAdd(topic, static (name, all) => all.RecordsRead(name), metrics).Increment(records);
        metrics.DataAge(topic).Seen(newest);
    }

    public void Lag(string topic, int partition, long records) => metrics.ConsumerLag(topic, partition).Set(records);

    public void Dropped(string topic, int partition) => metrics.ConsumerLag(topic, partition).Set(0);

    public void Produced(string topic)
    {
        // Called for each record, and mostly for the topic of the one before, which comes as the very same text.
        if (last is not { } known || !ReferenceEquals(known.Topic, topic))
            last = known = new Written(topic, written.GetOrAdd(topic, static (name, all) => all.RecordsWritten(name), metrics));
        known.Records.Increment();
    }

    public void DeadLettered(string topic) =>
        metrics.Counters("stockpipeline_dead_letters_total", "Records that could not be read and went to the dead letters.", "topic").With(topic)
            .Increment();

    public void Error(string kind) => metrics.Errors(kind).Increment();

    private sealed record Written(string Topic, Counter Records);
}
