namespace StockPipeline.Simulator.Binance;

/// <summary>The lengths of Binance's bars. Months are left out: they have no fixed length.</summary>
internal static class BinanceIntervals
{
    private const long Minute = 60_000;

    private static readonly Dictionary<string, long> Lengths = new(StringComparer.Ordinal)
    {
        ["1s"] = 1_000, ["1m"] = Minute, ["3m"] = 3 * Minute, ["5m"] = 5 * Minute, ["15m"] = 15 * Minute, ["30m"] = 30 * Minute,
        ["1h"] = 60 * Minute, ["2h"] = 120 * Minute, ["4h"] = 240 * Minute, ["6h"] = 360 * Minute, ["8h"] = 480 * Minute,
        ["12h"] = 720 * Minute, ["1d"] = 1440 * Minute, ["3d"] = 3 * 1440 * Minute, ["1w"] = 7 * 1440 * Minute,
    };

    public static long? LengthMs(string name) => Lengths.TryGetValue(name, out var length) ? length : null;
}
