using StockPipeline.Contracts.Serialization;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming.Producing;

namespace StockPipeline.Streaming.Tables;

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
