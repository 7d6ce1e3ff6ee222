namespace StockPipeline.Indicators.Macd;

/// <summary>MACD over a whole series at once: the oracle every other form must equal.</summary>
public static class MacdBatch
{
    /// <summary>One point for each close from <see cref="MacdFactors.FirstValue"/> on; none when the series is shorter.</summary>
    public static MacdPoint[] Calculate(ReadOnlySpan<double> closes, MacdFactors factors)
    {
        var points = new MacdPoint[Math.Max(0, closes.Length - factors.FirstValue)];
        var state = new MacdState();
        for (var i = 0; i < closes.Length; i++)
        {
            state.Next(closes[i], factors);
            if (i >= factors.FirstValue)
                points[i - factors.FirstValue] = new MacdPoint(state.Main, state.Signal, state.Histogram);
        }
        return points;
    }
}
