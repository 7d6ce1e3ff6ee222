namespace StockPipeline.Indicators.Parts;

/// <summary>What is calculated from a window as a whole, each time anew: sums that run along drift, and depend on where they began.</summary>
internal static class Windows
{
    /// <summary>The last values up to an index.</summary>
    public static ReadOnlySpan<double> Window(this double[] column, int index, int length) => column.AsSpan(index - length + 1, length);

    /// <summary>The sum; of four parts, always the same ones, so that it is the same on every machine.</summary>
    public static double Sum(ReadOnlySpan<double> values)
    {
        double a = 0, b = 0, c = 0, d = 0;
        var i = 0;
        for (; i <= values.Length - 4; i += 4)
        {
            a += values[i];
            b += values[i + 1];
            c += values[i + 2];
            d += values[i + 3];
        }
        for (; i < values.Length; i++)
            a += values[i];
        return a + b + (c + d);
    }

    /// <summary>The sum of squared distances from a value.</summary>
    public static double SumOfSquares(ReadOnlySpan<double> values, double from)
    {
        double a = 0, b = 0;
        var i = 0;
        for (; i <= values.Length - 2; i += 2)
        {
            var (one, other) = (values[i] - from, values[i + 1] - from);
            a += one * one;
            b += other * other;
        }
        if (i < values.Length)
            a += (values[i] - from) * (values[i] - from);
        return a + b;
    }

    /// <summary>The mean in which the newest value weighs most, and each one before it one less.</summary>
    public static double WeightedMean(ReadOnlySpan<double> values)
    {
        double a = 0, b = 0;
        var i = 0;
        for (; i <= values.Length - 2; i += 2)
        {
            a += (i + 1) * values[i];
            b += (i + 2) * values[i + 1];
        }
        if (i < values.Length)
            a += (i + 1) * values[i];
        return (a + b) / (values.Length * (values.Length + 1L) / 2.0);
    }
}
