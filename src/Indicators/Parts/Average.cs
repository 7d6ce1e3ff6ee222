using System.Runtime.CompilerServices;

namespace StockPipeline.Indicators.Parts;

/// <summary>Averages that remember: the seed is the mean of the first values, and while it is being seeded an average holds their sum.</summary>
internal static class Average
{
    /// <summary>What a new value weighs in an exponential average.</summary>
    public static double Weight(int period) => 2.0 / (period + 1);

    /// <summary>Candles after which an exponential average no longer shows its seed: it forgets by e^-2 in each period.</summary>
    public static int Settling(int period) => 20 * period;

    /// <summary>The same for Wilder's, which is an exponential one of twice the period.</summary>
    public static int WilderSettling(int period) => 40 * period;

    /// <summary>Takes the next value of an exponential average.</summary>
    /// <param name="average">The average, or the sum of its seed so far.</param>
    /// <param name="value">The next value.</param>
    /// <param name="number">Which value this is, counted from 0.</param>
    /// <param name="period">Values in the seed.</param>
    /// <param name="weight">Of a new value.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Take(ref double average, double value, int number, int period, double weight)
    {
        if (number >= period)
            average += (value - average) * weight;
        else
            average = number == period - 1 ? (average + value) / period : average + value;
    }

    /// <summary>The same for Wilder's average.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TakeWilder(ref double average, double value, int number, int period)
    {
        if (number >= period)
            average = ((average * (period - 1)) + value) / period;
        else
            average = number == period - 1 ? (average + value) / period : average + value;
    }
}
