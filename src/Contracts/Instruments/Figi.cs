using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace StockPipeline.Contracts.Instruments;

/// <summary>The identifier all topics know an instrument by. Some are made by the broker and not by the FIGI authority, so only the characters are
/// checked.</summary>
public readonly record struct Figi : IComparable<Figi>
{
    /// <summary>A genuine FIGI has 12 characters; made-up ones stay within this.</summary>
    public const int MaxLength = 32;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");

    private readonly string? value;

    public Figi(string value)
    {
        if (!IsValid(value))
            throw new FormatException($"'{value}' is not a FIGI: 1 to {MaxLength} letters, digits, '_', '-' or '.' are expected");
        this.value = value;
    }

    public string Value => value ?? throw new InvalidOperationException("This FIGI was never set.");

    public static bool TryParse(string? text, out Figi figi)
    {
        figi = IsValid(text) ? new Figi(text) : default;
        return figi.value is not null;
    }

    public int CompareTo(Figi other) => string.CompareOrdinal(value, other.value);

    public override string ToString() => value ?? "(no FIGI)";

    private static bool IsValid([NotNullWhen(true)] string? text) =>
        text is { Length: > 0 and <= MaxLength } && !text.AsSpan().ContainsAnyExcept(Allowed);

    public static bool operator <(Figi left, Figi right) => left.CompareTo(right) < 0;

    public static bool operator >(Figi left, Figi right) => left.CompareTo(right) > 0;

    public static bool operator <=(Figi left, Figi right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Figi left, Figi right) => left.CompareTo(right) >= 0;
}
