using System.Collections.Concurrent;
using StockPipeline.Streaming.Metrics;

namespace StockPipeline.StreamingTests.Support;

/// <summary>Adds up what it is told.</summary>
internal sealed class CountingMetrics : IStreamingMetrics
{
    private readonly ConcurrentDictionary<string, long> counts = new();

    public long Of(string what) => counts.GetValueOrDefault(what);

    void IStreamingMetrics.Consumed(string topic, int records, DateTimeOffset newest) => Count($"consumed {topic}", records);

    void IStreamingMetrics.Lag(string topic, int partition, long records) => counts[$"lag {topic} {partition}"] = records;

    void IStreamingMetrics.Dropped(string topic, int partition) => counts.TryRemove($"lag {topic} {partition}", out _);

    void IStreamingMetrics.Produced(string topic) => Count($"produced {topic}", 1);

    void IStreamingMetrics.DeadLettered(string topic) => Count($"dead {topic}", 1);

    void IStreamingMetrics.Error(string kind) => Count($"error {kind}", 1);

    private void Count(string what, long by) => counts.AddOrUpdate(what, by, (_, before) => before + by);
}
