using StockPipeline.Indicators.Catalogue;

namespace StockPipeline.Indicators.Series;

/// <summary>The lines of a value as they are and as they were, and whether that is the same to whoever looks.</summary>
internal sealed class LineComparison(IndicatorDescription description, Reach reach)
{
    /// <summary>
    /// Lines closer than this share of their scale are the same: the last few bits of an average can differ for long with where its series
    /// began, because the rounding of each step exceeds what is left to forget. What follows from a window alone has no such bits.
    /// </summary>
    public const double Tolerance = 1e-14;

    private readonly double tolerance = ToleranceOf(description, reach);

    public double[] Now { get; } = new double[description.Lines.Count];

    public double[] Former { get; } = new double[description.Lines.Count];

    public double[] Nothing { get; } = Enumerable.Repeat(double.NaN, description.Lines.Count).ToArray();

    /// <summary>
    /// How close the lines of an indicator may be and still be the same. What is measured by itself, as sums are and their distances, is compared
    /// exactly: rounding is as large as such a tolerance there, and values that move by less each time would in the end be said as they stand.
    /// </summary>
    public static double ToleranceOf(IndicatorDescription description, Reach reach) =>
        reach.IsMemoryless || description.Scale == ValueScale.Own ? 0 : Tolerance;

    /// <summary>Whether there is a value at all; takes the sign off a zero, and what is not finite for no value.</summary>
    public static bool HasValue(double[] lines)
    {
        var has = false;
        for (var line = 0; line < lines.Length; line++)
        {
            if (double.IsFinite(lines[line]))
            {
                lines[line] += 0.0;
                has = true;
            }
            else
            {
                lines[line] = double.NaN;
            }
        }
        return has;
    }

    public bool IsSame(double close)
    {
        for (var line = 0; line < Now.Length; line++)
        {
            if (!IsSame(description.Scale, Now[line], Former[line], close, tolerance))
                return false;
        }
        return true;
    }

    public static bool IsSame(ValueScale scale, double one, double other, double close, double tolerance)
    {
        if (one.Equals(other))
            return true;
        var size = scale switch
        {
            ValueScale.Price => Math.Abs(close),
            ValueScale.Percent => 100,
            ValueScale.Own => Math.Max(Math.Abs(one), Math.Abs(other)),
            _ => 0,
        };
        return Math.Abs(one - other) <= tolerance * size;
    }
}
