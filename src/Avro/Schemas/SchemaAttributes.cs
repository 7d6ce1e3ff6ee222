using System.Text.Json;

namespace StockPipeline.Avro.Schemas;

/// <summary>The attributes of a type that are not its shape: logical types, and those that mean nothing to Avro.</summary>
internal static class SchemaAttributes
{
    public static KeyValuePair<string, JsonElement>[] Of(JsonElement element, LogicalType? logical, params ReadOnlySpan<string> used)
    {
        List<KeyValuePair<string, JsonElement>> rest = [];
        foreach (var property in element.EnumerateObject())
        {
            var isLogical = logical is not null
                && (property.Name == "logicalType" || (logical.IsDecimal && property.Name is "precision" or "scale"));
            if (!isLogical && !used.Contains(property.Name))
                rest.Add(new(property.Name, property.Value.Clone()));
        }
        return [.. rest];
    }

    /// <summary>Null where none is named, and where the one named does not fit: Avro reads the type under it then.</summary>
    public static LogicalType? LogicalOf(JsonElement element, AvroType type, int size)
    {
        if (!element.TryGetProperty("logicalType", out var named) || named.ValueKind != JsonValueKind.String)
            return null;
        var name = named.GetString()!;
        return (name, type) switch
        {
            (LogicalType.DecimalName, AvroType.Bytes or AvroType.Fixed) => DecimalOf(element, type, size),
            ("date" or "time-millis", AvroType.Int) => new LogicalType(name),
            ("time-micros" or "timestamp-millis" or "timestamp-micros" or "timestamp-nanos", AvroType.Long) => new LogicalType(name),
            ("local-timestamp-millis" or "local-timestamp-micros" or "local-timestamp-nanos", AvroType.Long) => new LogicalType(name),
            ("uuid", AvroType.String) => new LogicalType(name),
            ("uuid", AvroType.Fixed) when size == 16 => new LogicalType(name),
            ("duration", AvroType.Fixed) when size == 12 => new LogicalType(name),
            _ => null,
        };
    }

    private static LogicalType? DecimalOf(JsonElement element, AvroType type, int size)
    {
        if (!TryGetInt(element, "precision", out var precision) || precision < 1)
            return null;
        if (!TryGetInt(element, "scale", out var scale))
            scale = 0;
        var holds = type == AvroType.Fixed ? Math.Floor(Math.Log10(2) * ((8.0 * size) - 1)) : int.MaxValue;
        return scale >= 0 && scale <= precision && precision <= holds ? new LogicalType(LogicalType.DecimalName, precision, scale) : null;
    }

    private static bool TryGetInt(JsonElement element, string attribute, out int value)
    {
        value = 0;
        return element.TryGetProperty(attribute, out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out value);
    }
}
