using System.Globalization;

namespace StockPipeline.Indicators.Catalogue;

/// <summary>What one parameter of an indicator may be.</summary>
/// <param name="Name">As messages call it.</param>
/// <param name="Usual">Where nothing is said.</param>
/// <param name="Least">The smallest allowed.</param>
/// <param name="Most">The largest allowed.</param>
/// <param name="IsWhole">A number of candles, not a factor.</param>
public sealed record ParameterRule(string Name, double Usual, double Least, double Most, bool IsWhole)
{
    /// <summary>The longest window or average: what a series keeps for repairs is longer.</summary>
    public const int LongestPeriod = 1_000;

    public static ParameterRule Period(string name, int usual, int least = 2) => new(name, usual, least, LongestPeriod, IsWhole: true);

    public static ParameterRule Factor(string name, double usual, double least, double most) => new(name, usual, least, most, IsWhole: false);

    public string Expected => IsWhole
        ? $"{Name} is a whole number from {Text(Least)} to {Text(Most)}"
        : $"{Name} is a number from {Text(Least)} to {Text(Most)}";

    public bool Allows(double value) => value >= Least && value <= Most && (!IsWhole || Math.Truncate(value).Equals(value));

    public static string Text(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
