using System.Globalization;

namespace StockPipeline.Contracts.Keys;

/// <summary>How keys write an instant: ISO 8601 in UTC to the second, which also sorts as text.</summary>
public static class InstantText
{
    public const string Format = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>Characters of an instant.</summary>
    public const int Length = 20;

    public static string Write(DateTimeOffset instant) => instant.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>The same in ASCII, of <see cref="Length"/> bytes.</summary>
    public static void Write(DateTimeOffset instant, Span<byte> destination)
    {
        instant.UtcDateTime.TryFormat(destination, out var written, "s", CultureInfo.InvariantCulture);
        destination[written] = (byte)'Z';
    }

    public static bool TryRead(string text, out DateTimeOffset instant) =>
        DateTimeOffset.TryParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out instant);
}
