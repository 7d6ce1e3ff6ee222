using Avro;
using Avro.Generic;

namespace StockPipeline.AvroTests;

/// <summary>Makes random values of a schema, as Apache.Avro holds them.</summary>
internal static class RandomValue
{
    /// <summary>A value deeper than this takes the first branch of each union, which ends a list.</summary>
    private const int MaxDepth = 12;

    public static object? Of(Schema schema, Random random) => Of(schema, random, 0);

    public static string Latin(Random random) => new([.. Enumerable.Range(0, random.Next(5)).Select(_ => (char)(32 + random.Next(90)))]);

    private static object? Of(Schema schema, Random random, int depth)
    {
        switch (schema)
        {
            case EnumSchema symbols:
                return new GenericEnum(symbols, symbols.Symbols[random.Next(symbols.Symbols.Count)]);
            case FixedSchema bytes:
                return new GenericFixed(bytes, Bytes(random, bytes.Size));
            case ArraySchema array:
                return Enumerable.Range(0, random.Next(4)).Select(_ => Of(array.ItemSchema, random, depth + 1)).ToArray();
            case MapSchema map:
                return Enumerable.Range(0, random.Next(4)).ToDictionary(key => $"key{key}", _ => Of(map.ValueSchema, random, depth + 1)!);
            case RecordSchema fields:
                var record = new GenericRecord(fields);
                foreach (var field in fields.Fields)
                    record.Add(field.Name, Of(field.Schema, random, depth + 1));
                return record;
            case UnionSchema union:
                return Of(union.Schemas[depth > MaxDepth ? 0 : random.Next(union.Count)], random, depth + 1);
        }
        return schema.Tag switch
        {
            Schema.Type.Null => null,
            Schema.Type.Boolean => random.Next(2) == 0,
            Schema.Type.Int => random.Next(int.MinValue, int.MaxValue) >> random.Next(31),
            Schema.Type.Long => random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(63),
            Schema.Type.Float => (random.NextSingle() - 0.5f) * 1_000,
            Schema.Type.Double => (random.NextDouble() - 0.5) * 1e9,
            Schema.Type.Bytes => Bytes(random, random.Next(5)).Select(one => (byte)(one & 0x7f)).ToArray(),
            Schema.Type.String => Latin(random) + (random.Next(5) == 0 ? "é€𝄞" : ""),
            var other => throw new InvalidOperationException($"{other} is not made here."),
        };
    }

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
