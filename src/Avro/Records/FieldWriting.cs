using StockPipeline.Avro.Binary;
using StockPipeline.Contracts.Instruments;

namespace StockPipeline.Avro.Records;

/// <summary>How the value types of the contracts stand in Avro: writing.</summary>
internal static class FieldWriting
{
    /// <summary>The most a FIGI, an interval's name or a UUID takes.</summary>
    public const int MaxShortText = 64;

    public const int MaxOptionalInstant = 1 + AvroWriter.MaxLong;

    private const long UnixEpochDay = 719_162;

    public static void WriteFigi(this ref AvroWriter writer, Figi figi) => writer.WriteShortAscii(figi.Value);

    public static void WriteInstant(this ref AvroWriter writer, DateTimeOffset instant) => writer.WriteLong(instant.ToUnixTimeMilliseconds());

    public static void WriteOptionalInstant(this ref AvroWriter writer, DateTimeOffset? instant)
    {
        writer.WriteBranch(instant.HasValue);
        if (instant is { } known)
            writer.WriteInstant(known);
    }

    public static void WritePrice(this ref AvroWriter writer, Price price) => writer.WriteDecimal(price.Nanos);

    public static void WriteDate(this ref AvroWriter writer, DateOnly date) => writer.WriteLong(date.DayNumber - UnixEpochDay);

    public static void WriteId(this ref AvroWriter writer, Guid id)
    {
        Span<char> text = stackalloc char[36];
        id.TryFormat(text, out _, "D");
        writer.WriteShortAscii(text);
    }

    /// <summary>An enum's position; one that the schema has no symbol for is refused before it can become an unreadable record.</summary>
    public static void WriteSymbol(this ref AvroWriter writer, int symbol, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)symbol, (uint)count, nameof(symbol));
        writer.WriteLong(symbol);
    }

    /// <summary>The most an optional text takes.</summary>
    public static int MaxOptionalText(string? text) => 1 + (text is null ? 0 : AvroWriter.MaxString(text));

    public static void WriteOptionalText(this ref AvroWriter writer, string? text)
    {
        writer.WriteBranch(text is not null);
        if (text is not null)
            writer.WriteString(text);
    }

    public static void WriteBranch(this ref AvroWriter writer, bool hasValue) => writer.WriteLong(hasValue ? 1 : 0);
}
