using System.Buffers.Text;
using System.Text.Json;

namespace StockPipeline.Rates.Sources;

/// <summary>Values of messages as exchanges write them. Decimals come from their text, never by way of a double.</summary>
internal static class JsonValues
{
    /// <summary>A decimal in a string or as a bare number.</summary>
    public static decimal Decimal(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetDecimal(out var number))
            return number;
        if (reader.TokenType == JsonTokenType.String && Utf8Parser.TryParse(reader.ValueSpan, out decimal text, out var read)
            && read == reader.ValueSpan.Length)
        {
            return text;
        }
        throw new FormatException($"a {reader.TokenType} stands where a decimal is expected");
    }

    public static decimal? OptionalDecimal(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Null || (reader.TokenType == JsonTokenType.String && reader.ValueSpan.IsEmpty) ? null : Decimal(ref reader);

    public static long Whole(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value)
        ? value
        : throw new FormatException($"a {reader.TokenType} stands where a whole number is expected");

    public static string? Text(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Null => null,
        _ => throw new FormatException($"a {reader.TokenType} stands where a text is expected"),
    };

    /// <summary>An instant in milliseconds since 1970.</summary>
    public static DateTimeOffset Instant(long ms) => ms is > 0 and < 253_402_300_800_000
        ? DateTimeOffset.FromUnixTimeMilliseconds(ms)
        : throw new FormatException($"{ms} is no instant in milliseconds");

    /// <summary>Moves to the value of the next property of the object being read; false at its end.</summary>
    public static bool NextProperty(ref Utf8JsonReader reader, out ReadOnlySpan<byte> name)
    {
        name = default;
        if (!reader.Read() || reader.TokenType == JsonTokenType.EndObject)
            return false;
        if (reader.TokenType != JsonTokenType.PropertyName)
            throw new FormatException($"a {reader.TokenType} stands where a property is expected");
        name = reader.ValueSpan;
        reader.Read();
        return true;
    }

    public static void ExpectObject(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new FormatException($"a {reader.TokenType} stands where an object is expected");
    }
}
