using StockPipeline.Indicators.Catalogue;

namespace StockPipeline.Workers;

/// <summary>What INDICATORS may say: the indicators that are calculated beside MACD, or that there are none.</summary>
public static class ChosenIndicators
{
    private const string Nothing = "none";

    /// <summary>The topics of MACD belong to a service of its own.</summary>
    private const string Taken = "macd";

    /// <exception cref="FormatException">It says something else; the message says what belongs there.</exception>
    public static IReadOnlyList<Indicator> Parse(string text)
    {
        if (AreNone(text))
            return [];
        var indicators = IndicatorCatalogue.ParseList(text);
        if (indicators.Any(one => one.Slug == Taken))
            throw new FormatException("macd as usual is calculated by its own service; other periods can be named here, as in macd(5,34,7)");
        return indicators;
    }

    public static bool AreNone(string text) => string.Equals(text.Trim(), Nothing, StringComparison.OrdinalIgnoreCase);

    /// <summary>What belongs there instead; null where all is well.</summary>
    public static string? Problem(string text)
    {
        try
        {
            _ = Parse(text);
            return null;
        }
        catch (FormatException wrong)
        {
            return wrong.Message;
        }
    }
}
