using StockPipeline.Contracts.Alerts;
using StockPipeline.Indicators.Catalogue;

namespace StockPipeline.Alerts;

/// <summary>Which columns a series has: for candles close, high and low; for an indicator the close and its lines.</summary>
public static class AlertLines
{
    public const int Close = 0;
    public const int High = 1;
    public const int Low = 2;

    private const int OfCandles = 3;

    /// <summary>How many columns; 0 for an indicator that there is not.</summary>
    public static int Count(string source) => source == AlertCondition.Candles ? OfCandles
        : IndicatorCatalogue.TryParseSlug(source, out var indicator) ? 1 + indicator.Description.Lines.Count : 0;

    /// <summary>Where a line stands; -1 where there is none of that name.</summary>
    public static int Find(string source, string line)
    {
        if (line == AlertCondition.Close)
            return Close;
        if (source == AlertCondition.Candles || !IndicatorCatalogue.TryParseSlug(source, out var indicator))
            return -1;
        for (var i = 0; i < indicator.Description.Lines.Count; i++)
        {
            if (indicator.Description.Lines[i].Name == line)
                return i + 1;
        }
        return -1;
    }
}
