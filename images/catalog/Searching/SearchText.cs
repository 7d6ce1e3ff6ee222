using StockPipeline.Catalog.Naming;

namespace StockPipeline.CatalogApi.Searching;

/// <summary>What people type into a search, as it is compared.</summary>
internal static class SearchText
{
    /// <summary>Words of one search; more are left out.</summary>
    private const int MaxWords = 8;

    private const int MaxLength = 200;

    /// <summary>The words; all must be found, in any order.</summary>
    public static IReadOnlyList<string> Words(string text) =>
    [
        .. TextFold.Fold(text.Length > MaxLength ? text[..MaxLength] : text).Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(MaxWords)
            .Select(TextFold.WithoutLookAlikes),
    ];
}
