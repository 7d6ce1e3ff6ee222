using System.Buffers;
using System.Text.Json;
using StockPipeline.Avro.Binary;
using StockPipeline.Avro.Schemas;

namespace StockPipeline.Avro.Resolution;

/// <summary>The value a schema gives as a default, as bytes of the type it is the default of.</summary>
internal sealed class DefaultValue
{
    private readonly ArrayBufferWriter<byte> output = new();

    private DefaultValue()
    {
    }

    /// <exception cref="InvalidSchemaException">The value is not of that type.</exception>
    public static byte[] Encode(AvroSchema schema, JsonElement value)
    {
        var encoder = new DefaultValue();
        encoder.Write(schema, value, depth: 0);
        return encoder.output.WrittenSpan.ToArray();
    }

    private void Write(AvroSchema schema, JsonElement value, int depth)
    {
        // The default of a record may leave out fields that have defaults themselves, and so may go round in circles.
        if (depth > AvroLimits.MaxSchemaDepth || output.WrittenCount > AvroLimits.MaxSchemaLength)
            throw new InvalidSchemaException("a default has no end");
        switch (schema)
        {
            case RecordSchema record when value.ValueKind == JsonValueKind.Object:
                WriteRecord(record, value, depth);
                break;
            case EnumSchema symbols when value.ValueKind == JsonValueKind.String && symbols.IndexOf(value.GetString()!) is >= 0 and var index:
                WriteLong(index);
                break;
            case FixedSchema block when value.ValueKind == JsonValueKind.String && value.GetString()!.Length == block.Size:
                WriteRaw(Latin1(value));
                break;
            case ArraySchema array when value.ValueKind == JsonValueKind.Array:
                WriteCount(value.GetArrayLength());
                foreach (var item in value.EnumerateArray())
                    Write(array.Items, item, depth + 1);
                WriteLong(0);
                break;
            case MapSchema map when value.ValueKind == JsonValueKind.Object:
                WriteMap(map, value, depth);
                break;
            case UnionSchema union:
                WriteBranch(union, value, depth);
                break;
            case PrimitiveSchema when TryWritePrimitive(schema.Type, value):
                break;
            default:
                throw new InvalidSchemaException($"{value.GetRawText()} is not a value of {schema.DisplayName}");
        }
    }

    private bool TryWritePrimitive(AvroType type, JsonElement value)
    {
        switch (type, value.ValueKind)
        {
            case (AvroType.Null, JsonValueKind.Null):
                return true;
            case (AvroType.Boolean, JsonValueKind.True or JsonValueKind.False):
                WriteRaw([value.GetBoolean() ? (byte)1 : (byte)0]);
                return true;
            case (AvroType.Int, JsonValueKind.Number) when value.TryGetInt32(out var number):
                WriteLong(number);
                return true;
            case (AvroType.Long, JsonValueKind.Number) when value.TryGetInt64(out var number):
                WriteLong(number);
                return true;
            case (AvroType.Float, JsonValueKind.Number):
                WriteRaw(BitConverter.GetBytes(value.GetSingle()));
                return true;
            case (AvroType.Double, JsonValueKind.Number):
                WriteRaw(BitConverter.GetBytes(value.GetDouble()));
                return true;
            case (AvroType.String, JsonValueKind.String):
                WriteText(value.GetString()!);
                return true;
            case (AvroType.Bytes, JsonValueKind.String):
                var bytes = Latin1(value);
                WriteLong(bytes.Length);
                WriteRaw(bytes);
                return true;
            default:
                return false;
        }
    }

    private void WriteRecord(RecordSchema record, JsonElement value, int depth)
    {
        foreach (var field in record.Fields)
        {
            var given = value.TryGetProperty(field.Name, out var own) ? own : field.Default;
            Write(field.Schema, given ?? throw new InvalidSchemaException($"no value is given for {record.Name}.{field.Name}"), depth + 1);
        }
    }

    private void WriteMap(MapSchema map, JsonElement value, int depth)
    {
        var count = value.EnumerateObject().Count();
        WriteCount(count);
        foreach (var entry in value.EnumerateObject())
        {
            WriteText(entry.Name);
            Write(map.Values, entry.Value, depth + 1);
        }
        WriteLong(0);
    }

    /// <summary>The first branch the value is of; older versions of Avro know the first branch only.</summary>
    private void WriteBranch(UnionSchema union, JsonElement value, int depth)
    {
        for (var branch = 0; branch < union.Branches.Count; branch++)
        {
            byte[] encoded;
            try
            {
                var inner = new DefaultValue();
                inner.Write(union.Branches[branch], value, depth + 1);
                encoded = inner.output.WrittenSpan.ToArray();
            }
            catch (InvalidSchemaException) when (branch + 1 < union.Branches.Count)
            {
                continue;
            }
            WriteLong(branch);
            WriteRaw(encoded);
            return;
        }
        throw new InvalidSchemaException($"{value.GetRawText()} is of no branch of the union");
    }

    /// <summary>Bytes stand in JSON as a text of the characters 0 to 255.</summary>
    private static byte[] Latin1(JsonElement value)
    {
        var text = value.GetString()!;
        return text.All(character => character <= 0xff)
            ? [.. text.Select(character => (byte)character)]
            : throw new InvalidSchemaException("bytes are given by characters up to \\u00ff");
    }

    private void WriteCount(int count)
    {
        if (count > 0)
            WriteLong(count);
    }

    private void WriteText(string text)
    {
        var writer = new AvroWriter(output.GetSpan(AvroWriter.MaxString(text)));
        writer.WriteString(text);
        output.Advance(writer.Length);
    }

    private void WriteLong(long value)
    {
        var writer = new AvroWriter(output.GetSpan(AvroWriter.MaxLong));
        writer.WriteLong(value);
        output.Advance(writer.Length);
    }

    private void WriteRaw(ReadOnlySpan<byte> bytes) => output.Write(bytes);
}
