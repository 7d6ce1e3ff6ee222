using System.Buffers;
using System.Text;
using Confluent.Kafka;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Serialization;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming.Connections;

namespace StockPipeline.Streaming.Producing;

/// <summary>
/// Writes the records of one topic. A null value is a tombstone: it removes the key. The partition follows from the key's FIGI.
/// Safe from any thread; records sent by one thread keep their order.
/// </summary>
public sealed class TopicWriter<T> : IWrittenRecords
    where T : class
{
    /// <summary>What a thread's encoding buffer may keep between records.</summary>
    private const int MaxKeptBuffer = 64 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? buffer;

    private readonly KafkaClient kafka;
    private readonly IRecordEncoder<T> encoder;
    private readonly TopicPartition[] targets;
    private readonly long[] written;

    internal TopicWriter(KafkaClient kafka, TopicDeclaration topic, IRecordEncoder<T> encoder)
    {
        this.kafka = kafka;
        this.encoder = encoder;
        written = new long[topic.Partitions];
        targets = [.. Enumerable.Range(0, topic.Partitions).Select(number => new TopicPartition(topic.Name, number))];
    }

    /// <summary>
    /// Hands the record over without waiting for the brokers, for threads that may block: at the limit of records on their way it blocks
    /// until there is room. Should the record fail later, the client fails (<see cref="KafkaClient.Failure"/>).
    /// </summary>
    public void Send(string key, T? value, CancellationToken stop) => Send(Encoding.UTF8.GetBytes(key), value, stop);

    /// <inheritdoc cref="Send(string, T, CancellationToken)"/>
    public void Send(byte[] key, T? value, CancellationToken stop)
    {
        kafka.ThrowIfFailed();
        var valueBytes = Encode(value);
        kafka.Producer.WaitForRoom(stop);
        var target = Target(key);
        DedicatedThread.Wait(kafka.Producer.SendAsync(target, key, valueBytes, stop));
        Count(target);
    }

    /// <summary>The same without blocking: the task is over when there was room for the record.</summary>
    public async ValueTask SendAsync(string key, T? value, CancellationToken stop)
    {
        kafka.ThrowIfFailed();
        var (keyBytes, valueBytes) = (Encoding.UTF8.GetBytes(key), Encode(value));
        await kafka.Producer.WaitForRoomAsync(stop);
        var target = Target(keyBytes);
        await kafka.Producer.SendAsync(target, keyBytes, valueBytes, stop);
        Count(target);
    }

    /// <summary>Sends the record; the task is over when all brokers have it.</summary>
    /// <exception cref="DeliveryFailedException">The record was refused or not acknowledged in time.</exception>
    public Task DeliverAsync(string key, T? value, CancellationToken stop) => DeliverAtAsync(key, value, stop);

    /// <summary>The same, and says where the record stands.</summary>
    /// <inheritdoc cref="DeliverAsync"/>
    public async Task<(int Partition, long Offset)> DeliverAtAsync(string key, T? value, CancellationToken stop)
    {
        kafka.ThrowIfFailed();
        var (keyBytes, valueBytes) = (Encoding.UTF8.GetBytes(key), Encode(value));
        await kafka.Producer.WaitForRoomAsync(stop);
        var target = Target(keyBytes);
        var delivery = await kafka.Producer.DeliverAsync(target, keyBytes, valueBytes, headers: null, stop);
        Count(target);
        return (target.Partition.Value, await delivery.WaitAsync(stop));
    }

    public long WrittenTo(int partition) => Interlocked.Read(ref written[partition]);

    private void Count(TopicPartition target) => Interlocked.Increment(ref written[target.Partition.Value]);

    private TopicPartition Target(byte[] key) => targets[FigiPartition.Of(key, targets.Length)];

    private byte[]? Encode(T? value)
    {
        if (value is null)
            return null;
        var output = buffer ??= new ArrayBufferWriter<byte>(1024);
        output.ResetWrittenCount();
        encoder.Encode(value, output);
        var bytes = output.WrittenSpan.ToArray();
        if (output.Capacity > MaxKeptBuffer)
            buffer = null;
        return bytes;
    }
}

/// <summary>How many records of each partition a writer has handed over, those still on their way included.</summary>
public interface IWrittenRecords
{
    long WrittenTo(int partition);
}
