using Confluent.Kafka;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.Bench.Broker;

/// <summary>
/// One client's flood of records, sent and read back as fast as it goes. The client's settings are part of the figures and the same for
/// every broker: idempotent, acks all, linger 5 ms, batches of up to a megabyte, a bounded number of records on their way.
/// </summary>
internal sealed class Load(IKafkaBroker broker, string topic, int partitions)
{
    public const int RecordBytes = 150;

    /// <summary>Records on their way at most: enough for a full batch in every partition.</summary>
    private const int MaxUnanswered = 100_000;

    /// <summary>How often the sending thread takes delivery reports; a thread for that alone would take a processor from the broker.</summary>
    private const int PollEvery = 1_000;

    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(1);

    /// <summary>A new one each time: configurations made from one another share their properties.</summary>
    private ClientConfig Client => new() { BootstrapServers = broker.BootstrapServers, SocketNagleDisable = true };

    /// <summary>
    /// Sends to all partitions in turn until every record is acknowledged; records per second, from when each partition has taken one.
    /// Until then the client connects and asks for its producer id, which now and then it repeats only after half a second.
    /// </summary>
    public double Produce(int records)
    {
        using var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig(Client)
        {
            Acks = Acks.All,
            EnableIdempotence = true,
            LingerMs = 5,
            QueueBufferingMaxMessages = 2 * MaxUnanswered,
            EnableBackgroundPoll = false,
            // A report says whether the record was stored; the record itself is not brought back with it.
            DeliveryReportFields = "none",
        }).Build();
        var targets = Enumerable.Range(0, partitions).Select(partition => new TopicPartition(topic, partition)).ToArray();
        var value = new byte[RecordBytes];
        new Random(RecordBytes).NextBytes(value);
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
            while (sent - answered >= MaxUnanswered)
                producer.Poll(PollWait);
        }
        while (answered < records)
            producer.Poll(PollWait);
        var rate = Rate(records - targets.Length, started);
        return failed == 0 ? rate : throw new InvalidOperationException($"{failed} records were not acknowledged.");
    }

    /// <summary>Reads all partitions from their beginnings; records per second from the first one on.</summary>
    public double Consume(int records)
    {
        using var consumer = new ConsumerBuilder<Ignore, byte[]>(new ConsumerConfig(Client)
        {
            GroupId = "unused",
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            // With the default of a second the client idles whenever its queue was full once.
            FetchQueueBackoffMs = 5,
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
            if (record.Message.Value.Length != RecordBytes)
                throw new InvalidOperationException($"A record of {record.Message.Value.Length} bytes came back.");
        }
        return Rate(records, started);
    }

    private static double Rate(int records, long started) => records / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
}
