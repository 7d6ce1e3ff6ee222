using StockPipeline.Contracts.Instruments;
using StockPipeline.Streaming.Producing;

namespace StockPipeline.IndicatorValues;

/// <summary>Writes values to their topic without waiting for each; a failure ends the Kafka client and with it the worker.</summary>
public sealed class ValueWriter<TRecord>(TopicWriter<TRecord> topic, ValueTelemetry telemetry, CancellationToken stop) : IValueOutput<TRecord>
    where TRecord : class
{
    public void Publish(byte[] key, TRecord value)
    {
        topic.Send(key, value, stop);
        telemetry.Published.Increment();
    }

    public void Withdraw(byte[] key, Figi figi, long openTime)
    {
        topic.Send(key, null, stop);
        telemetry.Withdrawn.Increment();
    }
}

/// <summary>Where the values of one topic go: the topic, or what a test looks at.</summary>
public interface IValueOutput<TRecord>
    where TRecord : class
{
    void Publish(byte[] key, TRecord value);

    /// <summary>What was said of this candle no longer holds, and nothing takes its place.</summary>
    void Withdraw(byte[] key, Figi figi, long openTime);
}
