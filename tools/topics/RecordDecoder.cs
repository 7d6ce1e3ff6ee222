using System.Buffers.Binary;
using StockPipeline.Avro.Records;
using StockPipeline.Avro.Schemas;
using StockPipeline.Contracts.Serialization;
using StockPipeline.SchemaRegistry;
using StockPipeline.SchemaRegistry.Client;

namespace StockPipeline.Topics;

/// <summary>Reads records by the schema they were written with. Registers nothing. Used by one caller at a time.</summary>
internal sealed class RecordDecoder(ISchemaRegistry registry, string url, CancellationToken cancellationToken)
{
    private const int HeadBytes = 1 + sizeof(int);

    private readonly Dictionary<int, Func<byte[], object>> readers = [];

    /// <returns>A record of the pipeline, a <see cref="ForeignRecord"/> of any other schema, or a sentence where it is neither.</returns>
    public async ValueTask<object> DecodeAsync(byte[] value)
    {
        if (value.Length < HeadBytes || value[0] != 0)
            return $"{value.Length} bytes, not in Confluent's wire format";
        var id = BinaryPrimitives.ReadInt32BigEndian(value.AsSpan(1));
        if (!readers.TryGetValue(id, out var read))
            readers[id] = read = await ReaderAsync(id);
        try
        {
            return read(value[HeadBytes..]);
        }
        catch (UnreadableRecordException unreadable)
        {
            return $"{value.Length} bytes that schema {id} does not fit: {unreadable.Message}";
        }
    }

    private async Task<Func<byte[], object>> ReaderAsync(int id)
    {
        try
        {
            var schema = await registry.SchemaAsync(id, cancellationToken);
            return schema is NamedSchema named && OwnReader(named) is { } own ? own : ForeignRecord.ReaderOf(schema);
        }
        catch (SchemaRegistryException error) when (error.IsUnknownSchema)
        {
            return bytes => $"{bytes.Length} bytes of schema {id}, which the registry does not know";
        }
        catch (InvalidSchemaException error)
        {
            return bytes => $"{bytes.Length} bytes of schema {id}, which is not one of Avro that stands alone: {error.Message}";
        }
        catch (Exception error) when (error is SchemaRegistryException or SchemaRegistryUnavailableException)
        {
            throw new TopicsException($"the schema registry at {url} does not help: {error.Message}; name another with SCHEMA_REGISTRY_URL", error);
        }
    }

    private static Func<byte[], object>? OwnReader(NamedSchema schema) =>
        Reader(AvroFormats.Candle, schema) ?? Reader(AvroFormats.MacdValue, schema) ?? Reader(AvroFormats.IndicatorValue, schema)
        ?? Reader(AvroFormats.Signal, schema) ?? Reader(AvroFormats.Gap, schema) ?? Reader(AvroFormats.CandleRevision, schema)
        ?? Reader(AvroFormats.HistoryTask, schema) ?? Reader(AvroFormats.Instrument, schema) ?? Reader(AvroFormats.TradingDay, schema);

    private static Func<byte[], object>? Reader<T>(AvroFormat<T> format, NamedSchema schema)
        where T : class
    {
        if (!format.Schema.Answers(schema))
            return null;
        var read = format.ReaderOf(schema);
        return bytes => read(bytes);
    }
}
