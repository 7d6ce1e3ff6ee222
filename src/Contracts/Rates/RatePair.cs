using System.Buffers;

namespace StockPipeline.Contracts.Rates;

/// <summary>
/// What is priced and in what: <c>bitcoin-usd</c>. The base is an id of CoinGecko, the quote a short code; a text is split at its last hyphen,
/// for ids may hold some.
/// </summary>
public readonly record struct RatePair : IComparable<RatePair>
{
    public const int LongestBase = 64;

    public const int LongestQuote = 16;

    private static readonly SearchValues<char> OfBase = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");
    private static readonly SearchValues<char> OfQuote = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_.");

    private readonly string? text;
    private readonly int hyphen;

    public RatePair(string baseAsset, string quote)
    {
        if (!IsBase(baseAsset) || !IsQuote(quote))
            throw new FormatException($"'{baseAsset}-{quote}' is not a pair: base-quote in lower case is expected, such as bitcoin-usd");
        text = $"{baseAsset}-{quote}";
        hyphen = baseAsset.Length;
    }

    public string Base => Text[..hyphen];

    public string Quote => Text[(hyphen + 1)..];

    /// <summary>The quote priced in the base; null where the base cannot stand as a quote.</summary>
    public RatePair? Inverse => IsQuote(Base) ? new RatePair(Quote, Base) : null;

    private string Text => text ?? throw new InvalidOperationException("This pair was never set.");

    public static bool TryParse(string? value, out RatePair pair)
    {
        pair = default;
        var cut = value?.LastIndexOf('-') ?? -1;
        if (cut <= 0 || !IsBase(value![..cut]) || !IsQuote(value[(cut + 1)..]))
            return false;
        pair = new RatePair(value[..cut], value[(cut + 1)..]);
        return true;
    }

    public static RatePair Parse(string value) => TryParse(value, out var pair)
        ? pair
        : throw new FormatException($"'{value}' is not a pair: base-quote in lower case is expected, such as bitcoin-usd");

    public static bool IsBase(string value) => value.Length is > 0 and <= LongestBase && !value.AsSpan().ContainsAnyExcept(OfBase);

    public static bool IsQuote(string value) => value.Length is > 0 and <= LongestQuote && !value.AsSpan().ContainsAnyExcept(OfQuote);

    public int CompareTo(RatePair other) => string.CompareOrdinal(text, other.text);

    public override string ToString() => text ?? "(no pair)";

    public static bool operator <(RatePair left, RatePair right) => left.CompareTo(right) < 0;

    public static bool operator >(RatePair left, RatePair right) => left.CompareTo(right) > 0;

    public static bool operator <=(RatePair left, RatePair right) => left.CompareTo(right) <= 0;

    public static bool operator >=(RatePair left, RatePair right) => left.CompareTo(right) >= 0;
}
