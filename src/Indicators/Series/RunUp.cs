using StockPipeline.Indicators.Catalogue;

namespace StockPipeline.Indicators.Series;

/// <summary>How many candles before the oldest one open to repairs indicators need to begin a repair with.</summary>
public static class RunUp
{
    /// <summary>A checkpoint lies at most so many candles before any candle: two spacings, and as much again where candles came in between.</summary>
    private const int ToCheckpoint = 4 * Checkpoints.Spacing;

    public static int Of(IEnumerable<Indicator> indicators) =>
        indicators.Select(indicator => indicator.Reach.Window + indicator.Reach.RunIn).DefaultIfEmpty(1).Max() + ToCheckpoint;
}
