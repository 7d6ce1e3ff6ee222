using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace StockPipeline.BrokerTests.Schemas;

/// <summary>Reads a message into JSON by its definition; bytes become hex. Throws when the bytes are not exactly the message.</summary>
internal sealed class SchemaDecoder(byte[] bytes, int version, bool flexible)
{
    private int position;

    public static JsonObject Decode(MessageSchema schema, int version, byte[] bytes)
    {
        var decoder = new SchemaDecoder(bytes, version, schema.Flexible.Holds(version));
        var message = decoder.ReadStruct(schema.Fields);
        if (decoder.position != bytes.Length)
            throw new InvalidDataException($"{schema.Name} v{version}: {bytes.Length - decoder.position} bytes too many "
                + $"behind {message.ToJsonString()}");
        return message;
    }

    private JsonObject ReadStruct(IReadOnlyList<FieldSchema> fields)
    {
        var values = new JsonObject();
        foreach (var field in fields.Where(field => field.IsInBody(version)))
            values[field.Name] = ReadField(field);
        if (flexible)
            SkipTags();
        return values;
    }

    private void SkipTags()
    {
        for (var left = ReadVarint(); left > 0; left--)
        {
            ReadVarint();
            Take((int)ReadVarint());
        }
    }

    private JsonNode? ReadField(FieldSchema field)
    {
        if (field.IsArray)
        {
            var length = NotNull(ReadLength(classicSize: 4), field);
            if (length < 0)
                return null;
            var items = new JsonArray();
            for (var i = 0; i < length; i++)
                items.Add(ReadField(field.Element));
            return items;
        }
        if (field.IsStruct)
            return ReadStruct(field.Fields);
        switch (field.Type)
        {
            case "string":
                var characters = NotNull(ReadLength(classicSize: 2), field);
                return characters < 0 ? null : Encoding.UTF8.GetString(Take(characters));
            case "bytes" or "records":
                var size = NotNull(ReadLength(classicSize: 4), field);
                return size < 0 ? null : Convert.ToHexString(Take(size));
            case "uuid":
                return new Guid(Take(16), bigEndian: true).ToString();
            case "bool":
                return Take(1)[0] != 0;
            default:
                return ReadNumber(SchemaEncoder.SizeOf(field.Type));
        }
    }

    private int NotNull(int length, FieldSchema field) => length >= 0 || field.Nullable.Holds(version)
        ? length
        : throw new InvalidDataException($"{field.Name} is null, which version {version} does not allow.");

    private int ReadLength(int classicSize) => flexible ? (int)ReadVarint() - 1 : (int)ReadNumber(classicSize);

    private uint ReadVarint()
    {
        uint value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var group = Take(1)[0];
            value |= (uint)(group & 0x7F) << shift;
            if (group <= 0x7F)
                return value;
        }
    }

    private long ReadNumber(int size)
    {
        var number = Take(size);
        return size switch
        {
            1 => (sbyte)number[0],
            2 => BinaryPrimitives.ReadInt16BigEndian(number),
            4 => BinaryPrimitives.ReadInt32BigEndian(number),
            _ => BinaryPrimitives.ReadInt64BigEndian(number),
        };
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > bytes.Length - position)
            throw new InvalidDataException($"{count} bytes wanted at {position} of {bytes.Length}.");
        position += count;
        return bytes.AsSpan(position - count, count);
    }
}
