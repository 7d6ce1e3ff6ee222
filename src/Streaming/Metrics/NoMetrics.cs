namespace StockPipeline.Streaming.Metrics;

/// <summary>For where nobody looks.</summary>
public sealed class NoMetrics : IStreamingMetrics
{
    public static readonly NoMetrics Instance = new();

    public void Consumed(string topic, int records, DateTimeOffset newest)
    {
    }

    public void Lag(string topic, int partition, long records)
    {
    }

    public void Dropped(string topic, int partition)
    {
    }

    public void Produced(string topic)
    {
    }

    public void DeadLettered(string topic)
    {
    }

    public void Error(string kind)
    {
    }
}
