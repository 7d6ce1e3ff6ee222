using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Hosting;
using StockPipeline.Indicators.Macd;
using StockPipeline.Workers;

namespace StockPipeline.Macd;

/// <summary>What one MACD worker calculates.</summary>
/// <param name="Interval">Of the candles it reads.</param>
/// <param name="Factors">The three periods.</param>
/// <param name="History">Candles of each instrument that are kept and can still be repaired.</param>
internal sealed record MacdSettings(Interval Interval, MacdFactors Factors, int History)
{
    private const int LongestHistory = 100_000;
    private const int LongestPeriod = 1_000;

    public static MacdSettings From(Settings settings)
    {
        var usual = MacdParameters.Default;
        var slow = settings.WholeNumber("MACD_SLOW", usual.Slow, 3, LongestPeriod);
        var fast = settings.WholeNumber("MACD_FAST", usual.Fast, 2, LongestPeriod);
        var signal = settings.WholeNumber("MACD_SIGNAL", usual.Signal, 1, LongestPeriod);
        if (fast >= slow)
        {
            settings.Reject("MACD_FAST", $"a whole number below MACD_SLOW, which is {slow}");
            (fast, slow) = (usual.Fast, usual.Slow);
        }
        var factors = new MacdFactors(new MacdParameters(fast, slow, signal));
        var shortest = MacdSeries.MinWindow(factors);
        return new MacdSettings(
            settings.RequiredInterval(), factors, settings.WholeNumber("MACD_HISTORY", Math.Max(3_000, shortest), shortest, Math.Max(LongestHistory,
                shortest)));
    }
}
