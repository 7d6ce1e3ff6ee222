using System.Runtime.CompilerServices;
using Confluent.Kafka;
using StockPipeline.Streaming.Connections;

namespace StockPipeline.Streaming.Scanning;

/// <summary>
/// Reads one partition from an offset to the end it has when reading begins, once. Whoever takes the batches sets the pace: no more is held than
/// the client fetches ahead.
/// </summary>
internal static class PartitionScan
{
    private const int MaxRecords = 2_000;
    private const int MaxBytes = 1024 * 1024;

    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(100);

    public static async IAsyncEnumerable<IReadOnlyList<ScannedRecord>> ReadAsync(
        KafkaClient kafka, string topic, int partition, long from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var consumer = Build(kafka, topic);
        consumer.Assign(new TopicPartitionOffset(topic, partition, from <= 0 ? Offset.Beginning : new Offset(from)));
        var end = long.MaxValue;
        while (true)
        {
            var batch = new List<ScannedRecord>();
            // The client's call blocks, for a tenth of a second at most: it is made where that hurts nobody.
            var isOver = await Task.Run(() => Fill(consumer, batch, ref end, cancellationToken), cancellationToken);
            if (batch.Count > 0)
                yield return batch;
            if (isOver)
                yield break;
        }
    }

    /// <returns>Whether the end was reached.</returns>
    private static bool Fill(IConsumer<byte[], byte[]?> consumer, List<ScannedRecord> batch, ref long end, CancellationToken cancellationToken)
    {
        var bytes = 0;
        while (batch.Count < MaxRecords && bytes < MaxBytes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Consume(consumer, batch.Count == 0 ? Wait : TimeSpan.Zero) is not { } result)
            {
                if (batch.Count > 0)
                    return false;
                continue;
            }
            if (result.IsPartitionEOF)
                return true;
            if (end == long.MaxValue && consumer.EndOf(result.TopicPartition) is var known and > 0)
                end = known;
            batch.Add(new ScannedRecord(result.Message.Key, result.Message.Value, result.Offset.Value,
                result.Message.Timestamp.UnixTimestampMs));
            bytes += result.Message.Value?.Length ?? 0;
            if (result.Offset.Value + 1 >= end)
                return true;
        }
        return false;
    }

    private static ConsumeResult<byte[], byte[]?>? Consume(IConsumer<byte[], byte[]?> consumer, TimeSpan wait)
    {
        try
        {
            return consumer.Consume(wait);
        }
        catch (ConsumeException gone) when (gone.Error.Code is ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange)
        {
            throw new RecordsGoneException(gone.Error.Reason, gone);
        }
        catch (ConsumeException trouble) when (BrokerConnectionMonitor.IsTransientError(trouble.Error))
        {
            return null;
        }
    }

    private static IConsumer<byte[], byte[]?> Build(KafkaClient kafka, string topic)
    {
        var name = $"{kafka.Service} scan {topic}";
        var config = ClientSettings.Consumer(kafka.Connection, name, name, namesTopic: true);
        config.AutoOffsetReset = AutoOffsetReset.Error;
        return new ConsumerBuilder<byte[], byte[]?>(config)
            .SetKeyDeserializer(Deserializers.ByteArray)
            .SetValueDeserializer(Deserializers.ByteArray!)
            .SetLogHandler((_, said) => Log.ClientSaid(kafka.Log, name, said.Facility, said.Message))
            .SetErrorHandler((_, error) => kafka.Watch.OnError(error))
            .Build();
    }
}

/// <summary>One record as it stands in a partition, not decoded.</summary>
public readonly record struct ScannedRecord(byte[] Key, byte[]? Value, long Offset, long TimestampMs = 0);

/// <summary>What was to be read from an offset on is not kept any more.</summary>
public sealed class RecordsGoneException : Exception
{
    public RecordsGoneException()
    {
    }

    public RecordsGoneException(string message) : base(message)
    {
    }

    public RecordsGoneException(string message, Exception inner) : base(message, inner)
    {
    }
}
