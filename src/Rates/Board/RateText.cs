using System.Globalization;

namespace StockPipeline.Rates.Board;

/// <summary>How prices are written: all their digits, never an exponent; what was divided or multiplied to twelve that count.</summary>
public static class RateText
{
    /// <summary>More digits than any price is quoted in, and fewer than a quotient of ours is right to.</summary>
    public const int DerivedDigits = 12;

    private const string Plain = "0.############################";

    public static string Write(decimal value) => value.ToString(Plain, CultureInfo.InvariantCulture);

    /// <summary>The value with no more digits than count.</summary>
    public static decimal Significant(decimal value, int digits = DerivedDigits)
    {
        if (value == 0)
            return 0;
        var before = 0;
        var magnitude = Math.Abs(value);
        for (; magnitude >= 1; magnitude /= 10)
            before++;
        for (; before <= 0 && magnitude < 0.1m; magnitude *= 10)
            before--;
        var decimals = digits - before;
        return decimals < 0 ? value : decimal.Round(value, Math.Min(decimals, 28), MidpointRounding.ToEven);
    }
}
