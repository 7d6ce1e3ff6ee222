using System.Buffers;

namespace StockPipeline.Contracts.Rates;

/// <summary>
/// Key of a rate: <c>bitcoin-usd/binance</c>. The partition follows from the pair alone: its sources meet in one, and none overwrites another.
/// </summary>
public readonly record struct RateKey(RatePair Pair, string Source)
{
    public const int LongestSource = 32;

    private static readonly SearchValues<char> OfSource = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");

    public override string ToString() => $"{Pair}/{Source}";

    public static RateKey Parse(string text) =>
        text.Split('/') is [var pairText, var source] && RatePair.TryParse(pairText, out var pair) && IsSource(source)
            ? new RateKey(pair, source)
            : throw new FormatException($"'{text}' is not the key of a rate: pair/source is expected");

    public static bool IsSource(string text) => text.Length is > 0 and <= LongestSource && !text.AsSpan().ContainsAnyExcept(OfSource);
}
