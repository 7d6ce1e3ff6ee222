using System.Globalization;
using StockPipeline.Catalog.Attributes;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.Catalog.Offers;

/// <summary>Reads prices in the one format that each partner uses. Separators are never guessed: what reads otherwise is refused.</summary>
public static class PriceReading
{
    /// <summary>The amount; null where the text is none in the partner's format, or none that a price can be.</summary>
    public static decimal? Read(string partner, string text)
    {
        var style = partner == KnownPartners.CountryLink
            ? text.Replace('\u00A0', ' ').Replace(" ", "", StringComparison.Ordinal).Replace(',', '.')
            : text;
        // A point beside a comma would be a separator that the partner does not use.
        if (partner == KnownPartners.CountryLink && text.Contains('.', StringComparison.Ordinal))
            return null;
        return decimal.TryParse(style, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) && IsPrice(amount)
            ? decimal.Round(amount, CatalogOffer.Scale)
            : null;
    }

    public static bool IsPrice(decimal amount) => amount is > 0 and < CatalogOffer.MaxPrice;

    /// <summary>The currency in three capital letters; null where the text is none.</summary>
    public static string? Currency(string text)
    {
        var code = text.Trim().ToUpperInvariant();
        return code is "RUR" or "РУБ" or "РУБ." or "₽" ? "RUB" : code.Length == 3 && code.All(char.IsAsciiLetterUpper) ? code : null;
    }
}
