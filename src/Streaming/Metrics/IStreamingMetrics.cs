namespace StockPipeline.Streaming.Metrics;

/// <summary>What streaming tells about itself. Called from many threads and for each record produced; must be quick and not throw.</summary>
public interface IStreamingMetrics
{
    /// <param name="topic">Where the records were read.</param>
    /// <param name="records">How many were handed to the handler.</param>
    /// <param name="newest">Kafka's timestamp of the last of them.</param>
    void Consumed(string topic, int records, DateTimeOffset newest);

    /// <summary>How far reading is behind the end of the partition.</summary>
    void Lag(string topic, int partition, long records);

    /// <summary>The partition is no longer read here: its lag is somebody else's.</summary>
    void Dropped(string topic, int partition);

    /// <summary>One record was acknowledged by the brokers.</summary>
    void Produced(string topic);

    /// <summary>One record went to the dead letters.</summary>
    void DeadLettered(string topic);

    /// <summary>One failure; the kinds are <c>connection</c>, <c>decoding</c>, <c>delivery</c> and <c>handler</c>.</summary>
    void Error(string kind);
}

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
