using System.Buffers.Binary;
using StockPipeline.Avro.Records;
using StockPipeline.Avro.Schemas;
using StockPipeline.Contracts.Serialization;
using StockPipeline.SchemaRegistry;
using StockPipeline.SchemaRegistry.Client;

namespace StockPipeline.Topics;

/// <summary>Reads records by the schema they were written with. Registers nothing. Used by one thread.</summary>
internal sealed class RecordDecoder(ISchemaRegistry registry, string url)
{
    private const int HeadBytes = 1 + sizeof(int);

    private readonly Dictionary<int, Func<byte[], object>> readers = [];

    /// <returns>A record of the pipeline, or a sentence where it is none.</returns>
    public object Decode(byte[] value)
    {
        if (value.Length < HeadBytes || value[0] != 0)
            return $"{value.Length} bytes, not in Confluent's wire format";
        var id = BinaryPrimitives.ReadInt32BigEndian(value.AsSpan(1));
        if (!readers.TryGetValue(id, out var read))
            readers[id] = read = Reader(id);
        try
        {
            return read(value[HeadBytes..]);
        }
        catch (UnreadableRecordException unreadable)
        {
            return $"{value.Length} bytes that schema {id} does not fit: {unreadable.Message}";
        }
    }

    private Func<byte[], object> Reader(int id)
    {
        try
        {
            return Reader(registry.SchemaAsync(id, CancellationToken.None).GetAwaiter().GetResult());
        }
        catch (SchemaRegistryException error) when (error.IsUnknownSchema)
        {
            return bytes => $"{bytes.Length} bytes of schema {id}, which the registry does not know";
        }
        catch (Exception error) when (error is SchemaRegistryException or SchemaRegistryUnavailableException or InvalidSchemaException)
        {
            throw new TopicsException($"the schema registry at {url} does not help: {error.Message}; name another with SCHEMA_REGISTRY_URL", error);
        }
    }

    private static Func<byte[], object> Reader(AvroSchema schema)
    {
        if (schema is not NamedSchema named)
            return bytes => $"{bytes.Length} bytes of {schema.DisplayName}";
        return Reader(AvroFormats.Candle, named) ?? Reader(AvroFormats.MacdValue, named) ?? Reader(AvroFormats.IndicatorValue, named)
            ?? Reader(AvroFormats.Signal, named) ?? Reader(AvroFormats.Gap, named)
            ?? Reader(AvroFormats.HistoryTask, named) ?? Reader(AvroFormats.Instrument, named) ?? Reader(AvroFormats.TradingDay, named)
            ?? (bytes => $"{bytes.Length} bytes of {schema.DisplayName}");
    }

    private static Func<byte[], object>? Reader<T>(AvroFormat<T> format, NamedSchema schema)
        where T : class
    {
        if (!format.Schema.Answers(schema))
            return null;
        var read = format.ReaderOf(schema);
        return bytes => read(bytes);
    }
}
