using System.Globalization;

namespace StockPipeline.Hosting.Options;

/// <summary>Durations as settings write them: a whole number and a unit.</summary>
internal static class DurationText
{
    private const int LongestNumber = 9;

    // The shorter suffix "s" is also the end of "ms", so "ms" is looked for first.
    private static readonly (string Suffix, TimeSpan Length)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)), ("s", TimeSpan.FromSeconds(1)), ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)), ("d", TimeSpan.FromDays(1)),
    ];

    public static bool TryParse(string text, out TimeSpan value)
    {
        value = default;
        foreach (var (suffix, length) in Units)
        {
            if (!text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
                continue;
            var digits = text.AsSpan(0, text.Length - suffix.Length).TrimEnd();
            if (digits.Length > LongestNumber || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
                return false;
            if (count > TimeSpan.MaxValue / length)
                return false;
            value = length * count;
            return true;
        }
        return false;
    }

    public static TimeSpan Parse(string text) =>
        TryParse(text, out var value) ? value : throw new FormatException($"'{text}' is not a duration.");

    /// <summary>In the longest unit that shows it whole.</summary>
    public static string Show(TimeSpan value)
    {
        foreach (var (suffix, length) in Units.Reverse())
        {
            if (value >= length && value.Ticks % length.Ticks == 0)
                return string.Create(CultureInfo.InvariantCulture, $"{value.Ticks / length.Ticks}{suffix}");
        }
        return string.Create(CultureInfo.InvariantCulture, $"{value.TotalMilliseconds}ms");
    }
}
