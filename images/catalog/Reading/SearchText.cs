using StockPipeline.Catalog.Naming;

namespace StockPipeline.CatalogApi.Reading;

/// <summary>What people type into a search, as the database compares it.</summary>
internal static class SearchText
{
    /// <summary>Words of one search; more are left out.</summary>
    private const int MaxWords = 8;

    private const int MaxLength = 200;

    /// <summary>A pattern that finds the text anywhere; what has a meaning in patterns is a letter like any other.</summary>
    public static string Like(string folded) =>
        "%" + folded.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal) + "%";

    /// <summary>The words, each a pattern of its own; all must be found, in any order.</summary>
    public static IReadOnlyList<string> Words(string text) =>
    [
        .. TextFold.Fold(text.Length > MaxLength ? text[..MaxLength] : text).Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(MaxWords)
            .Select(TextFold.WithoutLookAlikes).Select(Like),
    ];
}
