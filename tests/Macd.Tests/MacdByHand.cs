using StockPipeline.Contracts.Records;

namespace StockPipeline.MacdTests;

/// <summary>MACD over a whole series at once, written down a second time from its definition: means of windows, then averages of averages.</summary>
internal static class MacdByHand
{
    /// <summary>Index of the first candle with a value.</summary>
    public static int First(MacdParameters parameters) => parameters.Slow + parameters.Signal - 2;

    /// <summary>Main and signal line of each close from the first value on.</summary>
    public static (double Main, double Signal)[] Calculate(IReadOnlyList<double> closes, MacdParameters parameters)
    {
        var (fast, slow, signal) = (parameters.Fast, parameters.Slow, parameters.Signal);
        if (closes.Count < slow + signal - 1)
            return [];
        // Both windows end at the same candle.
        var ends = closes.Skip(slow - fast).ToList();
        var main = Averages(ends, fast).Zip(Averages(closes, slow), (one, other) => one - other).ToList();
        return [.. main.Skip(signal - 1).Zip(Averages(main, signal))];
    }

    /// <summary>From the first one that the window gives a mean for.</summary>
    private static List<double> Averages(IReadOnlyList<double> values, int period)
    {
        var averages = new List<double> { values.Take(period).Average() };
        foreach (var value in values.Skip(period))
            averages.Add(averages[^1] + ((value - averages[^1]) * 2 / (period + 1)));
        return averages;
    }
}
