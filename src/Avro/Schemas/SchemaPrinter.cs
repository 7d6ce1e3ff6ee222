using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace StockPipeline.Avro.Schemas;

/// <summary>Writes a schema as JSON in one line, attributes in one order, each named type in full where it comes first.</summary>
internal sealed class SchemaPrinter
{
    private readonly HashSet<NamedSchema> written = new(ReferenceEqualityComparer.Instance);
    private readonly Utf8JsonWriter json;
    private readonly bool withEverything;

    private SchemaPrinter(Utf8JsonWriter json, bool withEverything)
    {
        this.json = json;
        this.withEverything = withEverything;
    }

    public static string Print(AvroSchema schema, bool withEverything)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            new SchemaPrinter(json, withEverything).Write(schema, "");
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private void Write(AvroSchema schema, string space)
    {
        switch (schema)
        {
            case NamedSchema named when !written.Add(named):
                json.WriteStringValue(named.Name.Namespace == space ? named.Name.Local : named.Name.Full);
                break;
            case RecordSchema record:
                WriteRecord(record, space);
                break;
            case EnumSchema symbols:
                WriteEnum(symbols, space);
                break;
            case FixedSchema block:
                WriteHead(block, "fixed", space);
                json.WriteNumber("size", block.Size);
                WriteTail(block);
                break;
            case ArraySchema array:
                json.WriteStartObject();
                json.WriteString("type", "array");
                json.WritePropertyName("items");
                Write(array.Items, space);
                WriteTail(array);
                break;
            case MapSchema map:
                json.WriteStartObject();
                json.WriteString("type", "map");
                json.WritePropertyName("values");
                Write(map.Values, space);
                WriteTail(map);
                break;
            case UnionSchema union:
                json.WriteStartArray();
                foreach (var branch in union.Branches)
                    Write(branch, space);
                json.WriteEndArray();
                break;
            case { Logical: null } when !withEverything || schema.Properties.Count == 0:
                json.WriteStringValue(schema.DisplayName);
                break;
            default:
                json.WriteStartObject();
                json.WriteString("type", schema.DisplayName);
                WriteTail(schema);
                break;
        }
    }

    private void WriteRecord(RecordSchema record, string space)
    {
        WriteHead(record, "record", space);
        json.WriteStartArray("fields");
        foreach (var field in record.Fields)
        {
            json.WriteStartObject();
            json.WriteString("name", field.Name);
            json.WritePropertyName("type");
            Write(field.Schema, record.Name.Namespace);
            if (withEverything)
                WriteDetails(field);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        WriteTail(record);
    }

    private void WriteDetails(RecordField field)
    {
        if (field.Doc is not null)
            json.WriteString("doc", field.Doc);
        if (field.Default is { } value)
        {
            json.WritePropertyName("default");
            value.WriteTo(json);
        }
        if (field.Order is not null)
            json.WriteString("order", field.Order);
        WriteTexts("aliases", field.Aliases);
        WriteProperties(field.Properties);
    }

    private void WriteEnum(EnumSchema symbols, string space)
    {
        WriteHead(symbols, "enum", space);
        json.WriteStartArray("symbols");
        foreach (var symbol in symbols.Symbols)
            json.WriteStringValue(symbol);
        json.WriteEndArray();
        if (withEverything && symbols.Default is not null)
            json.WriteString("default", symbols.Default);
        WriteTail(symbols);
    }

    private void WriteHead(NamedSchema named, string type, string space)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteString("name", named.Name.Local);
        if (named.Name.Namespace != space)
            json.WriteString("namespace", named.Name.Namespace);
        if (!withEverything)
            return;
        if (named.Doc is not null)
            json.WriteString("doc", named.Doc);
        WriteTexts("aliases", [.. named.Aliases.Select(alias => alias.Full)]);
    }

    private void WriteTail(AvroSchema schema)
    {
        if (schema.Logical is { } logical)
        {
            json.WriteString("logicalType", logical.Name);
            if (logical.IsDecimal)
            {
                json.WriteNumber("precision", logical.Precision);
                json.WriteNumber("scale", logical.Scale);
            }
        }
        if (withEverything)
            WriteProperties(schema.Properties);
        json.WriteEndObject();
    }

    private void WriteTexts(string attribute, IReadOnlyList<string> texts)
    {
        if (texts.Count == 0)
            return;
        json.WriteStartArray(attribute);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private void WriteProperties(IReadOnlyList<KeyValuePair<string, JsonElement>> properties)
    {
        foreach (var (name, value) in properties)
        {
            json.WritePropertyName(name);
            value.WriteTo(json);
        }
    }
}
