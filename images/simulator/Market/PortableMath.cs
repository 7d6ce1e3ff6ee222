namespace StockPipeline.Simulator.Market;

/// <summary>The same bits on every machine: only additions and multiplications, unlike the functions of the C library.</summary>
internal static class PortableMath
{
    private const int Squarings = 8;

    /// <summary>The exponential, good to about a thousandth for powers between -30 and 30 and far better near zero.</summary>
    public static double Exp(double power)
    {
        var part = power / (1 << Squarings);
        var result = 1 + (part * (1 + (part * (0.5 + (part / 6)))));
        for (var squaring = 0; squaring < Squarings; squaring++)
            result *= result;
        return result;
    }
}
