using Confluent.Kafka;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.Bench.Broker;

/// <summary>A flood through Confluent.Kafka, the client of the services.</summary>
internal sealed class ConfluentLoad(IKafkaBroker broker, string topic, int partitions) : ILoad
{
    /// <summary>How often the sending thread takes delivery reports; a thread for that alone would take a processor from the broker.</summary>
    private const int PollEvery = 1_000;

    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(1);

    public double Produce(int records)
    {
        using var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig(Flood.Producer(broker))
        {
            EnableBackgroundPoll = false,
            // A report says whether the record was stored; the record itself is not brought back with it.
            DeliveryReportFields = "none",
        }).Build();
        var targets = Enumerable.Range(0, partitions).Select(partition => new TopicPartition(topic, partition)).ToArray();
        var value = Flood.Value();
        var (answered, failed) = (0, 0);
        Action<DeliveryReport<Null, byte[]>> count = report =>
        {
            answered++;
            failed += report.Error.IsError ? 1 : 0;
        };
        foreach (var target in targets)
            producer.Produce(target, new Message<Null, byte[]> { Value = value }, count);
        while (answered < targets.Length)
            producer.Poll(PollWait);
        var started = TimeProvider.System.GetTimestamp();
        for (var sent = targets.Length; sent < records; sent++)
        {
            producer.Produce(targets[sent % targets.Length], new Message<Null, byte[]> { Value = value }, count);
            if (sent % PollEvery == 0)
                producer.Poll(TimeSpan.Zero);
            while (sent - answered >= Flood.MaxUnanswered)
                producer.Poll(PollWait);
        }
        while (answered < records)
            producer.Poll(PollWait);
        var rate = Flood.Rate(records - targets.Length, started);
        return failed == 0 ? rate : throw new InvalidOperationException($"{failed} records were not acknowledged.");
    }

    public double Consume(int records)
    {
        using var consumer = new ConsumerBuilder<Ignore, byte[]>(new ConsumerConfig(Flood.Consumer(broker))
        {
            // The value, the partition and the offset are enough; topic, timestamp and headers are not made into objects for each record.
            ConsumeResultFields = "none",
        }).Build();
        consumer.Assign(Enumerable.Range(0, partitions).Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        var started = 0L;
        for (var seen = 0; seen < records; seen++)
        {
            var record = consumer.Consume(CancellationToken.None);
            if (seen == 0)
                started = TimeProvider.System.GetTimestamp();
            if (record.Message.Value.Length != Flood.RecordBytes)
                throw new InvalidOperationException($"A record of {record.Message.Value.Length} bytes came back.");
        }
        return Flood.Rate(records, started);
    }
}
