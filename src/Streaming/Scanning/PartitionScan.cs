using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Confluent.Kafka;
using StockPipeline.Streaming.Connections;

namespace StockPipeline.Streaming.Scanning;

/// <summary>
/// Reads one partition from an offset to the end it has when reading begins, once. Whoever takes the records sets the pace: no more is held than
/// the client fetches ahead.
/// </summary>
internal static class PartitionScan
{
    private const int MaxRecords = 2_000;
    private const int MaxBytes = 1024 * 1024;

    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(100);

    /// <summary>Gives the records in batches.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<ScannedRecord>> ReadAsync(
        KafkaClient kafka, string topic, int partition, long from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var scan = new Scan<byte[], byte[]?>(kafka, topic, isVisit: false, Deserializers.ByteArray, Deserializers.ByteArray!);
        scan.Begin(partition, from);
        while (true)
        {
            var batch = new List<ScannedRecord>();
            var bytes = 0;
            // The client's call blocks, for a tenth of a second at most: it is made where that hurts nobody.
            var isOver = await Task.Run(() => scan.Read(MaxRecords, Take, cancellationToken), cancellationToken);
            if (batch.Count > 0)
                yield return batch;
            if (isOver)
                yield break;

            bool Take(ConsumeResult<byte[], byte[]?> result)
            {
                var message = result.Message;
                batch.Add(new ScannedRecord(message.Key, message.Value, result.Offset.Value, message.Timestamp.UnixTimestampMs));
                bytes += message.Value?.Length ?? 0;
                return bytes < MaxBytes;
            }
        }
    }

    /// <summary>One consumer on its way through partitions of a topic, one after the other.</summary>
    internal sealed class Scan<TKey, TValue> : IDisposable
    {
        private readonly string topic;
        private readonly IConsumer<TKey, TValue> consumer;
        private TopicPartition source;
        private long end;

        public Scan(KafkaClient kafka, string topic, bool isVisit, IDeserializer<TKey> keys, IDeserializer<TValue> values)
        {
            this.topic = topic;
            source = new TopicPartition(topic, Partition.Any);
            var name = $"{kafka.Service} scan {topic}";
            var config = ClientSettings.Consumer(kafka.Connection, name, name, namesTopic: false);
            config.AutoOffsetReset = AutoOffsetReset.Error;
            if (isVisit)
                ClientSettings.ReadFast(config);
            consumer = new ConsumerBuilder<TKey, TValue>(config)
                .SetKeyDeserializer(keys)
                .SetValueDeserializer(values)
                .SetLogHandler((_, said) => Log.ClientSaid(kafka.Log, name, said.Facility, said.Message))
                .SetErrorHandler((_, error) => kafka.Watch.OnError(error))
                .Build();
        }

        /// <summary>Goes to a partition; what was fetched of another one is dropped.</summary>
        public void Begin(int partition, long from)
        {
            source = new TopicPartition(topic, partition);
            end = long.MaxValue;
            consumer.Assign(new TopicPartitionOffset(source, from <= 0 ? Offset.Beginning : new Offset(from)));
        }

        public void Dispose() => consumer.Dispose();

        /// <summary>Reads what has been fetched, and waits for something where there is nothing yet.</summary>
        /// <param name="most">Records read at most.</param>
        /// <param name="take">Says whether it takes more.</param>
        /// <param name="cancellationToken">Ends it.</param>
        /// <returns>Whether the end was reached.</returns>
        public bool Read(int most, Func<ConsumeResult<TKey, TValue>, bool> take, CancellationToken cancellationToken)
        {
            for (var count = 0; count < most;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (Consume(count == 0 ? Wait : TimeSpan.Zero) is not { } result)
                {
                    if (count > 0)
                        return false;
                    continue;
                }
                if (result.Partition != source.Partition)
                    continue;
                if (result.IsPartitionEOF)
                    return true;
                if (end == long.MaxValue && consumer.EndOf(source) is var known and > 0)
                    end = known;
                count++;
                var isEnough = !take(result);
                if (result.Offset.Value + 1 >= end)
                    return true;
                if (isEnough)
                    return false;
            }
            return false;
        }

        private ConsumeResult<TKey, TValue>? Consume(TimeSpan wait)
        {
            try
            {
                return consumer.Consume(wait);
            }
            catch (ConsumeException unreadable) when (unreadable.Error.Code is ErrorCode.Local_KeyDeserialization
                or ErrorCode.Local_ValueDeserialization && unreadable.InnerException is not null)
            {
                ExceptionDispatchInfo.Throw(unreadable.InnerException);
                throw;
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
