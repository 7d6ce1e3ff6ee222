using System.Globalization;

namespace StockPipeline.Catalog.Offers;

/// <summary>A price as the topic of changes writes it, such as <c>46490 RUB</c> or <c>46490 RUB unavailable</c>.</summary>
public static class PriceText
{
    private const string Unavailable = "unavailable";

    public static string Format(decimal price, string currency, bool available) =>
        string.Create(CultureInfo.InvariantCulture, $"{price:0.####} {currency}{(available ? "" : " " + Unavailable)}");

    /// <returns>False when the text is none of a price.</returns>
    public static bool TryParse(string? text, out decimal price, out string currency, out bool available)
    {
        (price, currency, available) = (0, "", false);
        if (text?.Split(' ') is not [var amount, var code, .. var rest]
            || !decimal.TryParse(amount, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out price))
            return false;
        (currency, available) = (code, rest is not [Unavailable]);
        return true;
    }
}
