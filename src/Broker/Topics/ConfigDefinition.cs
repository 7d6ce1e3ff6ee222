using System.Globalization;
using StockPipeline.Broker.Protocol;

namespace StockPipeline.Broker.Topics;

/// <summary>One topic config: its name, type, default and what it may be set to.</summary>
internal sealed class ConfigDefinition
{
    private readonly long min;
    private readonly double max;
    private readonly string[] words;

    private ConfigDefinition(string name, ConfigType type, string defaultValue, long min = 0, double max = double.MaxValue, string[]? words = null)
    {
        (Name, Type, Default) = (name, type, defaultValue);
        (this.min, this.max, this.words) = (min, max, words ?? []);
    }

    public string Name { get; }

    public ConfigType Type { get; }

    public string Default { get; }

    public static ConfigDefinition Long(string name, long defaultValue, long min) => new(name, ConfigType.Long, Text(defaultValue), min);

    public static ConfigDefinition Int(string name, int defaultValue, int min) => new(name, ConfigType.Int, Text(defaultValue), min, int.MaxValue);

    public static ConfigDefinition Ratio(string name, string defaultValue) => new(name, ConfigType.Double, defaultValue, 0, 1);

    public static ConfigDefinition Boolean(string name, bool defaultValue) =>
        new(name, ConfigType.Boolean, defaultValue ? "true" : "false", words: ["true", "false"]);

    public static ConfigDefinition Choice(string name, string defaultValue, params string[] words) =>
        new(name, ConfigType.Text, defaultValue, words: words);

    public static ConfigDefinition List(string name, string defaultValue, params string[] words) =>
        new(name, ConfigType.List, defaultValue, words: words);

    public static IReadOnlyList<string> Items(string list) =>
        list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Throws what Kafka answers to a value that does not fit; the message names the key and the value.</summary>
    public void Check(string value)
    {
        var complaint = Type switch
        {
            ConfigType.Boolean => IsWord(value) ? null : "Expected value to be either true or false",
            ConfigType.Text => IsWord(value) ? null : Expected,
            ConfigType.List => Items(value) is { Count: > 0 } items && items.All(IsWord) ? null : Expected,
            ConfigType.Double => CheckRatio(value),
            _ => CheckNumber(value),
        };
        if (complaint is not null)
            throw new RefusedException(ErrorCode.InvalidConfig, $"Invalid value {value} for configuration {Name}: {complaint}");
    }

    private string Expected => $"String must be one of: {string.Join(", ", words)}";

    private bool IsWord(string value) =>
        words.Contains(value.Trim(), Type == ConfigType.Boolean ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);

    private string? CheckNumber(string value)
    {
        var ceiling = Type == ConfigType.Int ? int.MaxValue : long.MaxValue;
        if (!long.TryParse(value.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) || number > ceiling)
            return $"Not a number of type {(Type == ConfigType.Int ? "INT" : "LONG")}";
        return number < min ? $"Value must be at least {min}" : null;
    }

    private string? CheckRatio(string value)
    {
        if (!double.TryParse(value.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return "Not a number of type DOUBLE";
        return number >= min && number <= max ? null : $"Value must be between {min} and {max.ToString(CultureInfo.InvariantCulture)}";
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
