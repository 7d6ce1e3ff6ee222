using System.Globalization;
using StockPipeline.Broker.Log;
using StockPipeline.Broker.Protocol;

namespace StockPipeline.Broker.Topics;

/// <summary>
/// One topic config: its name, type, default, what a checked value sets for a log, and what it may be set to: a number from a least one on,
/// or one of some words.
/// </summary>
internal sealed record ConfigDefinition(
    string Name, ConfigType Type, string Default, Func<LogSettings, string, LogSettings>? Set = null, long Min = 0, params string[] Words)
{
    /// <summary>What Java takes for blank at the ends of a value; .NET knows of more.</summary>
    private static readonly char[] Blanks = [.. Enumerable.Range(0, ' ' + 1).Select(blank => (char)blank)];

    public ConfigDefinition(string name, ConfigType type, long defaultNumber, long min, Func<LogSettings, long, LogSettings>? set = null)
        : this(name, type, defaultNumber.ToString(CultureInfo.InvariantCulture), Min: min)
    {
        if (set is not null)
            Set = (log, value) => set(log, long.Parse(Bare(value), CultureInfo.InvariantCulture));
    }

    /// <summary>A value without the blanks around it.</summary>
    public static string Bare(string value) => value.Trim(Blanks);

    /// <summary>A blank list has none; between commas there has to be one.</summary>
    public static IReadOnlyList<string> Items(string list) => Bare(list).Length == 0 ? [] : [.. list.Split(',').Select(Bare)];

    /// <summary>Throws what Kafka answers to a value that does not fit; the message names the key and the value.</summary>
    public void Check(string value)
    {
        var complaint = Type switch
        {
            ConfigType.Boolean => IsWord(value) ? null : "Expected value to be either true or false",
            ConfigType.Text => IsWord(value) ? null : Expected,
            ConfigType.List => Items(value).All(IsWord) ? null : Expected,
            ConfigType.Double => CheckRatio(value),
            _ => CheckNumber(value),
        };
        if (complaint is not null)
            throw new RefusedException(ErrorCode.InvalidConfig, $"Invalid value {value} for configuration {Name}: {complaint}");
    }

    private string Expected => $"String must be one of: {string.Join(", ", Words)}";

    private bool IsWord(string value) =>
        Words.Contains(Bare(value), Type == ConfigType.Boolean ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);

    private string? CheckNumber(string value)
    {
        var ceiling = Type == ConfigType.Int ? int.MaxValue : long.MaxValue;
        if (!long.TryParse(Bare(value), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) || number > ceiling)
            return $"Not a number of type {(Type == ConfigType.Int ? "INT" : "LONG")}";
        return number < Min ? $"Value must be at least {Min}" : null;
    }

    private static string? CheckRatio(string value)
    {
        if (!double.TryParse(Bare(value), NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return "Not a number of type DOUBLE";
        return number is >= 0 and <= 1 ? null : "Value must be between 0 and 1";
    }
}

/// <summary>Where the value of a config comes from; the numbers are on the wire.</summary>
internal enum ConfigSource : byte
{
    Topic = 1,
    StaticBroker = 4,
    Default = 5,
}

/// <summary>The type of a config as DescribeConfigs names it; the numbers are on the wire.</summary>
internal enum ConfigType : byte
{
    Boolean = 1,
    Text = 2,
    Int = 3,
    Long = 5,
    Double = 6,
    List = 7,
}

/// <summary>What configs can belong to; the numbers are on the wire.</summary>
internal enum ResourceType : byte
{
    Topic = 2,
    Broker = 4,
}
