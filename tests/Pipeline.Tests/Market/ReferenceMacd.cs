namespace StockPipeline.PipelineTests.Market;

/// <summary>
/// MACD by the book, over a whole series and in decimal numbers: shares nothing with the product. TA-Lib's definition: each average begins with
/// the mean of its first window, both windows end at the same candle, and the signal line begins with the mean of the first main values.
/// </summary>
internal static class ReferenceMacd
{
    private const int Fast = 12;
    private const int Slow = 26;
    private const int Signal = 9;

    /// <summary>The candle that has the first value.</summary>
    public const int First = Slow + Signal - 2;

    /// <summary>One value for each close from <see cref="First"/> on.</summary>
    public static IReadOnlyList<(decimal Main, decimal Signal)> Of(IReadOnlyList<decimal> closes)
    {
        if (closes.Count <= First)
            return [];
        var fast = Average([.. closes.Skip(Slow - Fast)], Fast);
        var slow = Average(closes, Slow);
        var main = slow.Select((average, at) => fast[at] - average).ToList();
        return [.. Average(main, Signal).Select((average, at) => (main[at + Signal - 1], average))];
    }

    private static List<decimal> Average(IReadOnlyList<decimal> values, int period)
    {
        var averages = new List<decimal> { values.Take(period).Sum() / period };
        foreach (var value in values.Skip(period))
            averages.Add(averages[^1] + ((value - averages[^1]) * 2 / (period + 1)));
        return averages;
    }
}
