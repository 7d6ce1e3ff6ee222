using Confluent.Kafka;
using StockPipeline.Contracts.Topics;

namespace StockPipeline.Bench.Macd;

/// <summary>
/// The shortest loop one can write that loses nothing: consumes, produces as much as a value is long, and sees to it that it arrived.
/// </summary>
internal sealed class CopyLoop(string bootstrapServers)
{
    private const int ValueBytes = 48;

    /// <summary>Copies so many records that stand after the offsets.</summary>
    public TimeSpan Copy(TopicDeclaration source, long[] from, TopicDeclaration target, int records)
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
            BootstrapServers = bootstrapServers, EnableIdempotence = true, Acks = Acks.All, QueueBufferingMaxMessages = 2 * records,
        }).Build();
        var lost = 0;
        void Report(DeliveryReport<byte[], byte[]> delivered) => lost += delivered.Error.IsError ? 1 : 0;
        var value = new byte[ValueBytes];
        consumer.Assign(from.Select((offset, partition) => new TopicPartitionOffset(source.Name, partition, offset)));
        var started = TimeProvider.System.GetTimestamp();
        for (var seen = 0; seen < records; seen++)
        {
            var record = consumer.Consume(CancellationToken.None);
            var message = new Message<byte[], byte[]> { Key = record.Message.Key, Value = value };
            producer.Produce(new TopicPartition(target.Name, record.Partition), message, Report);
        }
        producer.Flush(CancellationToken.None);
        return lost == 0
            ? TimeProvider.System.GetElapsedTime(started)
            : throw new InvalidOperationException($"{lost} copies were refused.");
    }
}
