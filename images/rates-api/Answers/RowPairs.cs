using StockPipeline.Contracts.Rates;

namespace StockPipeline.RatesApi.Answers;

/// <summary>The pairs that a row names: they are known, even where the row is refused.</summary>
internal static class RowPairs
{
    private const int MostPairs = 1_000;

    public static IReadOnlyList<RatePair> Of(string text)
    {
        var cut = text.LastIndexOf('-');
        if (cut <= 0)
            return [];
        return
        [
            .. text[..cut].Split(',').SelectMany(one => text[(cut + 1)..].Split(','), (one, quote) => $"{one.Trim()}-{quote.Trim()}")
                .Select(pair => RatePair.TryParse(pair, out var read) ? read : (RatePair?)null).OfType<RatePair>().Take(MostPairs),
        ];
    }
}
