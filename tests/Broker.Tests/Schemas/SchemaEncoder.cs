using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace StockPipeline.BrokerTests.Schemas;

/// <summary>Writes a message given as JSON, by its definition. Fields the JSON leaves out take their default, bytes are written in hex.</summary>
internal sealed class SchemaEncoder(int version, bool flexible)
{
    private readonly MemoryStream bytes = new();

    public static byte[] Encode(MessageSchema schema, int version, JsonObject message)
    {
        var encoder = new SchemaEncoder(version, schema.Flexible.Holds(version));
        encoder.WriteStruct(schema.Fields, message);
        return encoder.bytes.ToArray();
    }

    private void WriteStruct(IReadOnlyList<FieldSchema> fields, JsonObject values)
    {
        var unknown = values.Select(value => value.Key).Except(fields.Select(field => field.Name)).ToList();
        if (unknown.Count > 0)
            throw new ArgumentException($"Kafka knows no field {string.Join(", ", unknown)}.");
        foreach (var field in fields.Where(field => field.IsInBody(version)))
            WriteField(field, values.TryGetPropertyValue(field.Name, out var value) ? value : Default(field));
        if (flexible)
            bytes.WriteByte(0);
    }

    private JsonNode? Default(FieldSchema field)
    {
        if (field.Default == "null")
            return null;
        if (field.IsArray)
            return new JsonArray();
        return field.Type switch
        {
            "string" => field.Default ?? string.Empty,
            "uuid" => Guid.Empty.ToString(),
            "bool" => field.Default == "true",
            "bytes" or "records" => field.Nullable.Holds(version) ? null : string.Empty,
            _ when field.IsStruct => new JsonObject(),
            _ => field.Default is null ? 0L : Number(field.Default),
        };
    }

    private void WriteField(FieldSchema field, JsonNode? value)
    {
        if (field.IsArray)
        {
            var items = value as JsonArray;
            WriteLength(items?.Count ?? -1, classicSize: 4);
            foreach (var item in items ?? [])
                WriteField(field.Element, item);
            return;
        }
        if (field.IsStruct)
        {
            WriteStruct(field.Fields, (JsonObject)value!);
            return;
        }
        switch (field.Type)
        {
            case "string":
                var text = value is null ? null : Encoding.UTF8.GetBytes(value.GetValue<string>());
                WriteLength(text?.Length ?? -1, classicSize: 2);
                bytes.Write(text);
                break;
            case "bytes" or "records":
                var content = value is null ? null : Convert.FromHexString(value.GetValue<string>());
                WriteLength(content?.Length ?? -1, classicSize: 4);
                bytes.Write(content);
                break;
            case "uuid":
                bytes.Write(Guid.Parse(value!.GetValue<string>()).ToByteArray(bigEndian: true));
                break;
            case "bool":
                bytes.WriteByte(value!.GetValue<bool>() ? (byte)1 : (byte)0);
                break;
            default:
                WriteNumber(long.Parse(value!.ToJsonString(), CultureInfo.InvariantCulture), SizeOf(field.Type));
                break;
        }
    }

    internal static int SizeOf(string type) => type switch
    {
        "int8" => 1,
        "int16" or "uint16" => 2,
        "int32" or "uint32" => 4,
        "int64" => 8,
        _ => throw new NotSupportedException($"type {type}"),
    };

    private static long Number(string text) => text.StartsWith("0x", StringComparison.Ordinal)
        ? long.Parse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
        : long.Parse(text, CultureInfo.InvariantCulture);

    private void WriteNumber(long value, int size)
    {
        Span<byte> whole = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(whole, value);
        bytes.Write(whole[^size..]);
    }

    private void WriteLength(int length, int classicSize)
    {
        if (!flexible)
        {
            WriteNumber(length, classicSize);
            return;
        }
        var rest = (uint)(length + 1);
        for (; rest > 0x7F; rest >>= 7)
            bytes.WriteByte((byte)(rest | 0x80));
        bytes.WriteByte((byte)rest);
    }
}
