using System.Buffers.Text;

namespace StockPipeline.RatesApi.Answers;

/// <summary>
/// An answer as it goes out, head and body in one piece of bytes. What changes with the time alone, the ages and the date, has a place of fixed
/// width in it that is filled in while it is copied.
/// </summary>
internal sealed class PreparedAnswer(int status, byte[] bytes, int bodyAt, int dateAt, AgePlace[] ages, long validUntilMs)
{
    /// <summary>Letters that an age has room for; JSON allows blanks before a number.</summary>
    public const int AgeWidth = 13;

    public const int DateWidth = 29;

    public int Status { get; } = status;

    public int Length => bytes.Length;

    public int BodyLength => bytes.Length - bodyAt;

    /// <summary>After this instant, in milliseconds, the answer is another one.</summary>
    public long ValidUntilMs { get; } = validUntilMs;

    /// <summary>Writes head and body.</summary>
    public void Write(Span<byte> destination, long nowMs, ReadOnlySpan<byte> date)
    {
        bytes.CopyTo(destination);
        date.CopyTo(destination[dateAt..]);
        foreach (var age in ages)
            WriteAge(destination.Slice(age.At, AgeWidth), nowMs - age.EventMs);
    }

    /// <summary>Writes the body alone.</summary>
    public void WriteBody(Span<byte> destination, long nowMs)
    {
        bytes.AsSpan(bodyAt).CopyTo(destination);
        foreach (var age in ages)
            WriteAge(destination.Slice(age.At - bodyAt, AgeWidth), nowMs - age.EventMs);
    }

    private static void WriteAge(Span<byte> place, long age)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(Math.Clamp(age, 0, 9_999_999_999_999), digits, out var length);
        place[..^length].Fill((byte)' ');
        digits[..length].CopyTo(place[^length..]);
    }
}

/// <summary>Where an age goes, and since when it counts.</summary>
internal readonly record struct AgePlace(int At, long EventMs);
