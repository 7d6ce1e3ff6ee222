using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Streaming.Producing;

namespace StockPipeline.Macd;

/// <summary>Writes values to their topic without waiting for each; a failure ends the Kafka client and with it the worker.</summary>
internal sealed class ValueWriter(TopicWriter<MacdValue> topic, MacdTelemetry telemetry, CancellationToken stop) : IValueOutput
{
    public void Publish(MacdValue value)
    {
        topic.Send(new CandleKey(value.Figi, value.OpenTime).ToBytes(), value, stop);
        telemetry.Published.Increment();
    }

    public void Withdraw(Figi figi, DateTimeOffset openTime)
    {
        topic.Send(new CandleKey(figi, openTime).ToBytes(), null, stop);
        telemetry.Withdrawn.Increment();
    }
}
