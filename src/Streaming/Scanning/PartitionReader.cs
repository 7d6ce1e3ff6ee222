using Confluent.Kafka;

namespace StockPipeline.Streaming.Scanning;

/// <summary>
/// Reads partitions of a topic from end to end, one after the other over one connection, and shows each record where the client holds it: nothing
/// is copied for those that nobody wants. One caller at a time.
/// </summary>
public sealed class PartitionReader : IDisposable
{
    /// <summary>Records shown before the thread is given back.</summary>
    private const int RecordsOfTurn = 20_000;

    private readonly Place place = new();
    private readonly PartitionScan.Scan<Null?, Null?> scan;

    internal PartitionReader(KafkaClient kafka, string topic) =>
        scan = new PartitionScan.Scan<Null?, Null?>(kafka, topic, isVisit: true, new KeyOf(place), new ValueOf(place));

    /// <summary>Shows every record of a partition, to the end it has now; the visitor sets the pace.</summary>
    public async Task ReadAsync(int partition, RecordVisitor visit, CancellationToken cancellationToken)
    {
        place.Visit = visit;
        scan.Begin(partition, 0);
        while (!await Task.Run(() => scan.Read(RecordsOfTurn, static _ => true, cancellationToken), cancellationToken))
            cancellationToken.ThrowIfCancellationRequested();
    }

    public void Dispose() => scan.Dispose();

    /// <summary>Keeps the key, which the client gives first, until the value comes.</summary>
    private sealed class Place
    {
        private byte[] key = new byte[256];
        private int length;

        public RecordVisitor Visit { get; set; } = static (_, _, _) => { };

        public void Keep(ReadOnlySpan<byte> data)
        {
            if (data.Length > key.Length)
                key = new byte[data.Length];
            data.CopyTo(key);
            length = data.Length;
        }

        public void Show(ReadOnlySpan<byte> value, bool isTombstone) => Visit(key.AsSpan(0, length), value, isTombstone);
    }

    private sealed class KeyOf(Place place) : IDeserializer<Null?>
    {
        public Null? Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
        {
            place.Keep(data);
            return null;
        }
    }

    private sealed class ValueOf(Place place) : IDeserializer<Null?>
    {
        public Null? Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
        {
            place.Show(data, isNull);
            return null;
        }
    }
}

/// <summary>Told of one record; what it is shown is gone when it returns.</summary>
/// <param name="key">Empty where there is none.</param>
/// <param name="value">Of a tombstone, empty.</param>
/// <param name="isTombstone">The key is removed.</param>
public delegate void RecordVisitor(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool isTombstone);
