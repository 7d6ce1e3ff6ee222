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

    /// <summary>Records visited before the thread is given back.</summary>
    private const int VisitsOfTurn = 20_000;

    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(100);

    /// <summary>Gives the records in batches.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<ScannedRecord>> ReadAsync(
        KafkaClient kafka, string topic, int partition, long from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var scan = new Scan<byte[], byte[]?>(
            kafka, new TopicPartition(topic, partition), from, isVisit: false, Deserializers.ByteArray, Deserializers.ByteArray!);
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

    /// <summary>Shows each record where the client holds it, one after the other: nothing is copied for those that nobody wants.</summary>
    public static async Task VisitAsync(
        KafkaClient kafka, string topic, int partition, RecordVisitor visit, CancellationToken cancellationToken)
    {
        var place = new VisitedPlace(visit);
        using var scan = new Scan<Null?, Null?>(kafka, new TopicPartition(topic, partition), 0, isVisit: true, place.Key, place.Value);
        while (!await Task.Run(() => scan.Read(VisitsOfTurn, static _ => true, cancellationToken), cancellationToken))
            cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>One consumer on its way through one partition.</summary>
    private sealed class Scan<TKey, TValue> : IDisposable
    {
        private readonly TopicPartition source;
        private readonly IConsumer<TKey, TValue> consumer;
        private long end = long.MaxValue;

        public Scan(
            KafkaClient kafka, TopicPartition source, long from, bool isVisit, IDeserializer<TKey> keys, IDeserializer<TValue> values)
        {
            this.source = source;
            var name = $"{kafka.Service} scan {source.Topic}";
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

    /// <summary>Keeps the key, which the client gives first, until the value comes, and then shows both.</summary>
    private sealed class VisitedPlace(RecordVisitor visit)
    {
        private byte[] key = new byte[256];
        private int length;

        public IDeserializer<Null?> Key => new KeyOf(this);

        public IDeserializer<Null?> Value => new ValueOf(this);

        private sealed class KeyOf(VisitedPlace place) : IDeserializer<Null?>
        {
            public Null? Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
            {
                if (data.Length > place.key.Length)
                    place.key = new byte[data.Length];
                data.CopyTo(place.key);
                place.length = data.Length;
                return null;
            }
        }

        private sealed class ValueOf(VisitedPlace place) : IDeserializer<Null?>
        {
            public Null? Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
            {
                place.Show(data, isNull);
                return null;
            }
        }

        private void Show(ReadOnlySpan<byte> value, bool isTombstone) => visit(key.AsSpan(0, length), value, isTombstone);
    }
}

/// <summary>Told of one record; what it is shown is gone when it returns.</summary>
/// <param name="key">Empty where there is none.</param>
/// <param name="value">Of a tombstone, empty.</param>
/// <param name="isTombstone">The key is removed.</param>
public delegate void RecordVisitor(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool isTombstone);

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
