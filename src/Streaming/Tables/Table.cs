using System.Text;
using Confluent.Kafka;
using StockPipeline.Contracts.Serialization;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming.Connections;
using StockPipeline.Streaming.Decoding;
using StockPipeline.Streaming.Metrics;
using StockPipeline.Streaming.Producing;

namespace StockPipeline.Streaming.Tables;

/// <summary>One topic read as a table: the last record of a key is the truth. Belongs to one reader.</summary>
public abstract class Table : IValueSource
{
    private readonly PartitionProgress?[] progress;

    private protected Table(TopicDeclaration topic, bool isOnlyLoaded, IWrittenRecords? writer)
    {
        Writer = writer;
        IsOnlyLoaded = isOnlyLoaded;
        Topic = topic.Name;
        Partitions = topic.Partitions;
        progress = new PartitionProgress?[topic.Partitions];
    }

    public string Topic { get; }

    public int Partitions { get; }

    /// <summary>Each partition is read up to the end it had when reading began, and no further until it comes anew.</summary>
    public bool IsOnlyLoaded { get; }

    /// <summary>
    /// Which topic stands behind the name; empty until it is known. Deleted and created anew it is another one, and offsets read from the
    /// old one mean nothing in it. Safe from any thread.
    /// </summary>
    public string Incarnation { get; internal set; } = "";

    /// <summary>Who alone may write to the partitions that are ours.</summary>
    internal IWrittenRecords? Writer { get; }

    /// <summary>The table after which this one is read; null where it is read from the start.</summary>
    internal Table? Before { get; private set; }

    /// <summary>How many records wait for <see cref="Deliver"/>.</summary>
    internal abstract int Buffered { get; }

    /// <param name="topic">What to read.</param>
    /// <param name="decoder">Reads the values; what it calls unreadable goes to the dead letters, at anything else reading waits.</param>
    /// <param name="handle">Takes the records, on the reader's thread.</param>
    public static Table Of<T>(TopicDeclaration topic, IRecordDecoder<T> decoder, TableBatch<T> handle)
        where T : class => new TypedTable<T>(topic, decoder, handle, isOnlyLoaded: false, writer: null);

    /// <summary>
    /// The same for a table of which only what is there already matters, as with a topic that its reader writes itself: a partition that is
    /// caught up is not followed.
    /// </summary>
    /// <inheritdoc cref="Of{T}"/>
    public static Table Loaded<T>(TopicDeclaration topic, IRecordDecoder<T> decoder, TableBatch<T> handle)
        where T : class => new TypedTable<T>(topic, decoder, handle, isOnlyLoaded: true, writer: null);

    /// <summary>
    /// The same for a topic that nobody but its reader writes: when somebody else did, the partition comes anew, so that what is wrong now can be
    /// put right.
    /// </summary>
    /// <param name="topic">What to read.</param>
    /// <param name="decoder">Reads the values; what it calls unreadable goes to the dead letters, at anything else reading waits.</param>
    /// <param name="handle">Takes the records, on the reader's thread.</param>
    /// <param name="writer">The reader's own.</param>
    public static Table Owned<T>(TopicDeclaration topic, IRecordDecoder<T> decoder, TableBatch<T> handle, IWrittenRecords writer)
        where T : class => new TypedTable<T>(topic, decoder, handle, isOnlyLoaded: true, writer);

    /// <summary>
    /// Has a partition of this table read only when the same one of another table is caught up: whoever holds one against the other need not keep
    /// both.
    /// </summary>
    public Table After(Table before)
    {
        Before = before;
        return this;
    }

    object IValueSource.Decode(ReadOnlySpan<byte> bytes) => Decode(bytes);

    internal abstract object Decode(ReadOnlySpan<byte> bytes);

    internal abstract void Prepare(int maxBatch);

    internal abstract void Add(byte[] key, object? value, long offset, long timestampMs);

    /// <summary>Hands over what was added.</summary>
    internal abstract void Deliver(int partition);

    /// <summary>Null where the partition is not being read.</summary>
    internal PartitionProgress? Progress(int partition) => partition < progress.Length ? progress[partition] : null;

    /// <summary>The partition is there and has been read up to its end; one that is not there is not waited for.</summary>
    internal bool IsCaughtUp(int partition) => partition >= Partitions || Progress(partition) is { IsCaughtUp: true };

    /// <summary>Nothing more of the partition is wanted, though it is still ours.</summary>
    internal bool IsDone(int partition) => IsOnlyLoaded && Progress(partition) is { IsCaughtUp: true };

    /// <summary>Says of the partitions that are being read how far their ends are ahead.</summary>
    internal void ReportLag<TKey, TValue>(IEnumerable<int> partitions, IConsumer<TKey, TValue> consumer, IStreamingMetrics metrics)
    {
        foreach (var partition in partitions)
        {
            if (Progress(partition) is not { HasBegun: true } reading || IsDone(partition))
                continue;
            var end = consumer.EndOf(new TopicPartition(Topic, partition));
            if (end >= 0)
                metrics.Lag(Topic, partition, Math.Max(0, end - reading.Next));
        }
    }

    internal void Begin(int partition) => progress[partition] = new PartitionProgress
    {
        WrittenBefore = Writer?.WrittenTo(partition) ?? 0,
    };

    internal void End(int partition) => progress[partition] = null;
}

/// <summary>A table whose records are known by their type; holds the batch being collected.</summary>
internal sealed class TypedTable<T> : Table
    where T : class
{
    private readonly IRecordDecoder<T> decoder;
    private readonly TableBatch<T> handle;
    private TableRecord<T>[] records = [];
    private int count;

    public TypedTable(
        TopicDeclaration topic, IRecordDecoder<T> decoder, TableBatch<T> handle, bool isOnlyLoaded, IWrittenRecords? writer)
        : base(topic, isOnlyLoaded, writer)
    {
        this.decoder = decoder;
        this.handle = handle;
    }

    internal override int Buffered => count;

    internal override object Decode(ReadOnlySpan<byte> bytes) => decoder.Decode(bytes);

    internal override void Prepare(int maxBatch) => records = new TableRecord<T>[maxBatch];

    internal override void Add(byte[] key, object? value, long offset, long timestampMs) =>
        records[count++] = new TableRecord<T>(key, (T?)value, offset, timestampMs);

    internal override void Deliver(int partition)
    {
        var ready = records.AsSpan(0, count);
        count = 0;
        handle(partition, ready);
        ready.Clear();
    }
}

/// <summary>One record of a table. Without a value it is a tombstone: the key is gone.</summary>
public readonly struct TableRecord<T>(byte[] keyBytes, T? value, long offset, long timestampMs)
    where T : class
{
    public byte[] KeyBytes { get; } = keyBytes;

    public T? Value { get; } = value;

    public long Offset { get; } = offset;

    /// <summary>Kafka's timestamp of the record.</summary>
    public DateTimeOffset Timestamp => DateTimeOffset.FromUnixTimeMilliseconds(timestampMs);

    /// <summary>Made anew at each call; most handlers need it for tombstones only.</summary>
    public string Key => Encoding.UTF8.GetString(KeyBytes);
}

/// <summary>Takes consecutive records of one partition, in the order of their offsets. The span is reused when this returns.</summary>
public delegate void TableBatch<T>(int partition, ReadOnlySpan<TableRecord<T>> records)
    where T : class;
