using System.Buffers;
using StockPipeline.Avro.Records;
using StockPipeline.Contracts.Serialization;

namespace StockPipeline.SchemaRegistry.Codecs;

/// <summary>
/// One kind of record in Confluent's wire format. Written by our own schema; read by whatever schema it was written with. Safe for use
/// from many threads.
/// </summary>
public sealed class ConfluentAvroCodec<T> : IRecordEncoder<T>, IRecordDecoder<T>
{
    private readonly AvroFormat<T> format;
    private readonly WriterSchemas<T> writers;

    internal ConfluentAvroCodec(AvroFormat<T> format, int schemaId, WriterSchemas<T> writers)
    {
        this.format = format;
        this.writers = writers;
        SchemaId = schemaId;
        writers.Add(schemaId, format.Read);
    }

    /// <summary>The id of our own schema.</summary>
    public int SchemaId { get; }

    public void Encode(T record, IBufferWriter<byte> output) => output.Advance(Encode(record, output.GetSpan(MaxLength(record))));

    /// <summary>Writes into the caller's buffer without allocating; gives the number of bytes written.</summary>
    public int Encode(T record, Span<byte> destination)
    {
        ConfluentFrame.Write(destination, SchemaId);
        return ConfluentFrame.Length + format.Write(record, destination[ConfluentFrame.Length..]);
    }

    /// <summary>Room that is enough for the record.</summary>
    public int MaxLength(T record) => ConfluentFrame.Length + format.MaxLength(record);

    public T Decode(ReadOnlySpan<byte> bytes)
    {
        var id = ConfluentFrame.ReadSchemaId(bytes);
        var body = bytes[ConfluentFrame.Length..];
        return id == SchemaId ? format.Read(body) : writers.Read(id, body);
    }
}
