using System.Collections;
using System.Globalization;
using System.Text.Json.Nodes;
using Avro;
using Avro.Generic;
using Avro.IO;
using StockPipeline.Avro.Schemas;
using StockPipeline.Contracts.Serialization;
using ApacheSchema = Avro.Schema;

namespace StockPipeline.Topics;

/// <summary>Holds a record of a schema that is not the pipeline's, read by Apache.Avro.</summary>
/// <param name="Value">An object with its fields, where it is a record.</param>
internal sealed record ForeignRecord(JsonNode? Value)
{
    /// <exception cref="InvalidSchemaException">Apache.Avro does not take the schema.</exception>
    public static Func<byte[], object> ReaderOf(AvroSchema schema)
    {
        try
        {
            var parsed = ApacheSchema.Parse(schema.Json);
            var reader = new DefaultReader(parsed, parsed);
            return bytes => new ForeignRecord(Read(reader, bytes));
        }
        catch (AvroException error)
        {
            throw new InvalidSchemaException(error.Message, error);
        }
    }

    private static JsonNode? Read(DefaultReader reader, byte[] bytes)
    {
        using var input = new MemoryStream(bytes);
        try
        {
            var value = reader.Read<object?>(null, new BinaryDecoder(input));
            return input.Position == input.Length
                ? Json(value)
                : throw new UnreadableRecordException($"{input.Length - input.Position} bytes follow it");
        }
#pragma warning disable CA1031 // Bytes that do not fit end in whatever its reader stumbles over.
        catch (Exception failure) when (failure is not UnreadableRecordException)
#pragma warning restore CA1031
        {
            throw new UnreadableRecordException(failure.Message, failure);
        }
    }

    private static JsonNode? Json(object? value) => value switch
    {
        null => null,
        bool flag => flag,
        int number => number,
        long number => number,
        float number => float.IsFinite(number) ? number : number.ToString(CultureInfo.InvariantCulture),
        double number => double.IsFinite(number) ? number : number.ToString(CultureInfo.InvariantCulture),
        string text => text,
        byte[] bytes => Convert.ToHexStringLower(bytes),
        GenericFixed bytes => Convert.ToHexStringLower(bytes.Value),
        GenericEnum symbol => symbol.Value,
        AvroDecimal number => JsonNode.Parse(number.ToString("", CultureInfo.InvariantCulture)),
        DateTime instant => instant.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture),
        GenericRecord record => new JsonObject(record.Schema.Fields.Select(field => KeyValuePair.Create(field.Name, Json(record[field.Name])))),
        IDictionary<string, object> map => new JsonObject(map.Select(entry => KeyValuePair.Create(entry.Key, Json(entry.Value)))),
        IEnumerable items => new JsonArray([.. items.Cast<object?>().Select(Json)]),
        var other => Convert.ToString(other, CultureInfo.InvariantCulture),
    };
}
