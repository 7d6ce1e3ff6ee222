using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Hosting;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Workers;

namespace StockPipeline.Macd;

/// <summary>What one MACD worker calculates.</summary>
/// <param name="Interval">Of the candles it reads.</param>
/// <param name="Parameters">The three periods.</param>
/// <param name="History">Candles of each instrument that are kept and can still be repaired.</param>
internal sealed record MacdSettings(Interval Interval, MacdParameters Parameters, int History)
{
    private const int LongestHistory = 100_000;

    public Indicator Indicator => IndicatorOf(Parameters);

    public static MacdSettings From(Settings settings)
    {
        var usual = MacdParameters.Default;
        var slow = settings.WholeNumber("MACD_SLOW", usual.Slow, 3, ParameterRule.LongestPeriod);
        var fast = settings.WholeNumber("MACD_FAST", usual.Fast, 2, ParameterRule.LongestPeriod);
        var signal = settings.WholeNumber("MACD_SIGNAL", usual.Signal, 1, ParameterRule.LongestPeriod);
        if (fast >= slow)
        {
            settings.Reject("MACD_FAST", $"a whole number below MACD_SLOW, which is {slow}");
            (fast, slow) = (usual.Fast, usual.Slow);
        }
        var parameters = new MacdParameters(fast, slow, signal);
        var shortest = ShortestHistory(parameters);
        return new MacdSettings(
            settings.RequiredInterval(), parameters,
            settings.WholeNumber("MACD_HISTORY", Math.Max(3_000, shortest), shortest, Math.Max(LongestHistory, shortest)));
    }

    /// <summary>Twice what it takes until the start of a series no longer shows in a value.</summary>
    public static int ShortestHistory(MacdParameters parameters) => Math.Max(512, 2 * IndicatorOf(parameters).Reach.Settling);

    private static Indicator IndicatorOf(MacdParameters parameters) =>
        IndicatorCatalogue.Kind("macd").With(parameters.Fast, parameters.Slow, parameters.Signal);
}
