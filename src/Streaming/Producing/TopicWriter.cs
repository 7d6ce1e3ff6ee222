using System.Buffers;
using System.Text;
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
    private readonly string name;
    private readonly long[] written;
    private ProducedTopic? topic;

    internal TopicWriter(KafkaClient kafka, TopicDeclaration topic, IRecordEncoder<T> encoder)
    {
        this.kafka = kafka;
        this.encoder = encoder;
        name = topic.Name;
        written = new long[topic.Partitions];
    }

    private ProducedTopic Topic => topic ??= kafka.Producer.Topic(name);

    /// <summary>
    /// Hands the record over without waiting for the brokers, for threads that may block: at the limit of records on their way it blocks
    /// until there is room. Should the record fail later, the client fails (<see cref="KafkaClient.Failure"/>).
    /// </summary>
    public void Send(string key, T? value, CancellationToken stop) => Send(Encoding.UTF8.GetBytes(key), value, stop);

    /// <inheritdoc cref="Send(string, T, CancellationToken)"/>
    public void Send(byte[] key, T? value, CancellationToken stop)
    {
        kafka.ThrowIfFailed();
        var bytes = Encode(value);
        DedicatedThread.Wait(kafka.Producer.EnterAsync(stop));
        DedicatedThread.Wait(Hand(key, bytes, value is not null, stop));
    }

    /// <summary>The same without blocking: the task is over when there was room for the record.</summary>
    public ValueTask SendAsync(string key, T? value, CancellationToken stop)
    {
        kafka.ThrowIfFailed();
        var keyBytes = Encoding.UTF8.GetBytes(key);
        var bytes = Encode(value);
        var room = kafka.Producer.EnterAsync(stop);
        return room.IsCompletedSuccessfully
            ? Hand(keyBytes, bytes, value is not null, stop)
            : HandAsync(room, keyBytes, value is null ? null : bytes.ToArray(), stop);
    }

    /// <summary>Sends the record; the task is over when all brokers have it.</summary>
    /// <exception cref="DeliveryFailedException">The record was refused or not acknowledged in time.</exception>
    public Task DeliverAsync(string key, T? value, CancellationToken stop) => DeliverAtAsync(key, value, stop);

    /// <summary>The same, and says where the record stands.</summary>
    /// <inheritdoc cref="DeliverAsync"/>
    public async Task<(int Partition, long Offset)> DeliverAtAsync(string key, T? value, CancellationToken stop)
    {
        kafka.ThrowIfFailed();
        var (keyBytes, valueBytes) = (Encoding.UTF8.GetBytes(key), value is null ? null : Encode(value).ToArray());
        await kafka.Producer.EnterAsync(stop);
        var partition = PartitionOf(keyBytes);
        var delivery = await kafka.Producer.DeliverAsync(Topic, partition, keyBytes, valueBytes, headers: null, stop);
        Count(partition);
        return (partition, await delivery.WaitAsync(stop));
    }

    public long WrittenTo(int partition) => Interlocked.Read(ref written[partition]);

    private void Count(int partition) => Interlocked.Increment(ref written[partition]);

    private int PartitionOf(byte[] key) => FigiPartition.Of(key, written.Length);

    private async ValueTask HandAsync(ValueTask room, byte[] key, byte[]? value, CancellationToken stop)
    {
        await room;
        await Hand(key, value, value is not null, stop);
    }

    /// <summary>Hands over a record that has entered.</summary>
    private ValueTask Hand(byte[] key, ReadOnlySpan<byte> value, bool hasValue, CancellationToken stop)
    {
        var partition = PartitionOf(key);
        var handing = kafka.Producer.SendAsync(Topic, partition, key, value, hasValue, stop);
        if (!handing.IsCompletedSuccessfully)
            return CountedAsync(handing, partition);
        Count(partition);
        return ValueTask.CompletedTask;
    }

    private async ValueTask CountedAsync(ValueTask handing, int partition)
    {
        await handing;
        Count(partition);
    }

    /// <summary>The record's bytes, until the same thread encodes another; none for a tombstone.</summary>
    private ReadOnlySpan<byte> Encode(T? value)
    {
        if (value is null)
            return default;
        if (buffer is not { Capacity: <= MaxKeptBuffer })
            buffer = new ArrayBufferWriter<byte>(1024);
        buffer.ResetWrittenCount();
        encoder.Encode(value, buffer);
        return buffer.WrittenSpan;
    }
}

/// <summary>How many records of each partition a writer has handed over, those still on their way included.</summary>
public interface IWrittenRecords
{
    long WrittenTo(int partition);
}
