using System.Buffers;
using StockPipeline.Avro.Records;
using StockPipeline.Contracts.Serialization;

namespace StockPipeline.SchemaRegistry.Codecs;

/// <summary>
/// Writes and reads one kind of record in Confluent's wire format: writes by our own schema, reads by whatever schema it was written with. Safe
/// for use from many threads.
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

/// <summary>Makes codecs of a subject's records.</summary>
public static class ConfluentAvro
{
    /// <summary>Registers our own schema under the subject, and writes by it from then on.</summary>
    public static async Task<ConfluentAvroCodec<T>> RegisterAsync<T>(
        ISchemaRegistry registry, string subject, AvroFormat<T> format, TimeProvider clock, CodecOptions options,
        CancellationToken cancellationToken)
    {
        var id = await registry.RegisterAsync(subject, format.Schema, cancellationToken);
        return new ConfluentAvroCodec<T>(format, id, new WriterSchemas<T>(registry, clock, options, format.ReaderOf));
    }
}

/// <summary>Limits of a codec.</summary>
public sealed record CodecOptions
{
    public static readonly CodecOptions Default = new();

    /// <summary>
    /// How long one question for a writer's schema may take, and how long a registry that does not know the id is asked again before its records
    /// count as unreadable: a follower lags behind, a restored registry is incomplete for a while.
    /// </summary>
    public TimeSpan SchemaTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Writers' schemas remembered; one past it, all are forgotten and asked for anew.</summary>
    public int MaxWriters { get; init; } = 256;

    /// <summary>How long an id without a readable schema is believed to have none.</summary>
    public TimeSpan UnreadableFor { get; init; } = TimeSpan.FromSeconds(30);
}
