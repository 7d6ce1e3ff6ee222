using Confluent.Kafka;
using StockPipeline.Contracts.Topics;

namespace StockPipeline.Bench.Macd;

/// <summary>
/// The shortest loop one can write that loses nothing: consumes, produces as much as a value is long to each of its topics, and sees to it that all
/// of it arrived.
/// </summary>
internal sealed class CopyLoop(string bootstrapServers)
{
    /// <summary>What MACD's values are long.</summary>
    public const int ValueBytes = 48;

    /// <summary>Records on their way at once; whoever brings one more waits.</summary>
    private const int MostOnTheirWay = 1_000_000;

    /// <summary>Copies so many records that stand after the offsets, each to every target.</summary>
    /// <param name="source">The topic to read.</param>
    /// <param name="from">Where to begin in each partition.</param>
    /// <param name="targets">The topics to write, and the length of what goes there.</param>
    /// <param name="records">To read.</param>
    public TimeSpan Copy(TopicDeclaration source, long[] from, IReadOnlyList<(TopicDeclaration Topic, int ValueBytes)> targets, int records)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = bootstrapServers,
            GroupId = "copy",
            EnableAutoCommit = false,
            // With the default of a second the loop idles most of the time, and the race would be too easy.
            FetchQueueBackoffMs = 5,
        }).Build();
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = bootstrapServers, EnableIdempotence = true, Acks = Acks.All, QueueBufferingMaxMessages = MostOnTheirWay,
        }).Build();
        var lost = 0;
        void Report(DeliveryReport<byte[], byte[]> delivered) => lost += delivered.Error.IsError ? 1 : 0;
        var values = targets.Select(target => (target.Topic.Name, Value: new byte[target.ValueBytes])).ToArray();
        consumer.Assign(from.Select((offset, partition) => new TopicPartitionOffset(source.Name, partition, offset)));
        var started = TimeProvider.System.GetTimestamp();
        for (var seen = 0; seen < records; seen++)
        {
            var record = consumer.Consume(CancellationToken.None);
            foreach (var (topic, value) in values)
            {
                var message = new Message<byte[], byte[]> { Key = record.Message.Key, Value = value };
                producer.Produce(new TopicPartition(topic, record.Partition), message, Report);
            }
        }
        producer.Flush(CancellationToken.None);
        return lost == 0
            ? TimeProvider.System.GetElapsedTime(started)
            : throw new InvalidOperationException($"{lost} copies were refused.");
    }
}
