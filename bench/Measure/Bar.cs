using System.Globalization;

namespace StockPipeline.Bench.Measure;

/// <summary>What a figure must reach.</summary>
/// <param name="Text">How the bar is printed.</param>
/// <param name="IsMet">Whether a figure reaches it.</param>
public sealed record Bar(string Text, Func<double, bool> IsMet)
{
    public static Bar AtMost(double limit) => new(string.Create(CultureInfo.InvariantCulture, $"<= {limit:0.##}"), figure => figure <= limit);

    public static Bar AtLeast(double limit) => new(string.Create(CultureInfo.InvariantCulture, $">= {limit:0.##}"), figure => figure >= limit);
}
