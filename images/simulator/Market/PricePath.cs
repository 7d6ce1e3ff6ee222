using System.Runtime.CompilerServices;

namespace StockPipeline.Simulator.Market;

/// <summary>
/// The price of one instrument as a continuous function of time: noise of ever finer scales, each interpolated between points that are
/// hashed from their place. Any stretch of any year costs the same, and neighbouring stretches meet exactly.
/// </summary>
internal sealed class PricePath(ulong key, double startPrice)
{
    private const int FinestScale = 2;

    /// <summary>2^20 minutes are two years: the slowest swing.</summary>
    private const int CoarsestScale = 20;

    /// <summary>How far the swing of 2^10 minutes, about one trading day, moves the logarithm of the price.</summary>
    private const double DailySwing = 0.011;

    private static readonly double[] Amplitudes = [.. Enumerable.Range(0, CoarsestScale + 1).Select(AmplitudeOf)];

    /// <summary>Fills in the price at each whole minute from the first on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(Span<double> prices, long firstMinute)
    {
        prices.Clear();
        for (var scale = FinestScale; scale <= CoarsestScale; scale++)
            AddSwing(prices, firstMinute, scale);
        for (var at = 0; at < prices.Length; at++)
            prices[at] = startPrice * PortableMath.Exp(prices[at]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddSwing(Span<double> logarithms, long firstMinute, int scale)
    {
        var length = 1L << scale;
        var step = 1.0 / length;
        var swingKey = SeededHash.At(key, scale);
        var minute = firstMinute;
        var end = firstMinute + logarithms.Length;
        while (minute < end)
        {
            var cell = minute >> scale;
            var left = Level(swingKey, cell, scale);
            var rise = Level(swingKey, cell + 1, scale) - left;
            var cellEnd = Math.Min((cell + 1) << scale, end);
            for (; minute < cellEnd; minute++)
                logarithms[(int)(minute - firstMinute)] += left + (rise * ((minute & (length - 1)) * step));
        }
    }

    private static double Level(ulong swingKey, long cell, int scale) =>
        ((2 * SeededHash.Unit(SeededHash.At(swingKey, cell))) - 1) * Amplitudes[scale];

    /// <summary>A random walk: a swing twice as long goes the square root of two as far.</summary>
    private static double AmplitudeOf(int scale) => DailySwing * Math.Sqrt(Math.ScaleB(1, scale - 10));
}

/// <summary>The same bits on every machine: only additions and multiplications, unlike the functions of the C library.</summary>
internal static class PortableMath
{
    private const int Squarings = 8;

    /// <summary>The exponential, good to about a thousandth for powers between -30 and 30 and far better near zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Exp(double power)
    {
        var part = power / (1 << Squarings);
        var result = 1 + (part * (1 + (part * (0.5 + (part / 6)))));
        for (var squaring = 0; squaring < Squarings; squaring++)
            result *= result;
        return result;
    }
}
