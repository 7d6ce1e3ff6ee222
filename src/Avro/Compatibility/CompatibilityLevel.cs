using System.Reflection;
using System.Runtime.Serialization;

namespace StockPipeline.Avro.Compatibility;

/// <summary>Which of a subject's schemas must be able to read the others' records.</summary>
public enum CompatibilityLevel
{
    /// <summary>None need to.</summary>
    [EnumMember(Value = "NONE")]
    None,

    /// <summary>The new schema reads what the latest wrote.</summary>
    [EnumMember(Value = "BACKWARD")]
    Backward,

    /// <summary>The new schema reads what all before it wrote.</summary>
    [EnumMember(Value = "BACKWARD_TRANSITIVE")]
    BackwardTransitive,

    /// <summary>The latest schema reads what the new one writes.</summary>
    [EnumMember(Value = "FORWARD")]
    Forward,

    /// <summary>All before it read what the new one writes.</summary>
    [EnumMember(Value = "FORWARD_TRANSITIVE")]
    ForwardTransitive,

    /// <summary>The new schema and the latest read each other.</summary>
    [EnumMember(Value = "FULL")]
    Full,

    /// <summary>The new schema and all before it read each other.</summary>
    [EnumMember(Value = "FULL_TRANSITIVE")]
    FullTransitive,
}

/// <summary>How levels are written, and what each asks.</summary>
public static class CompatibilityLevels
{
    private static readonly Dictionary<CompatibilityLevel, string> Texts = typeof(CompatibilityLevel)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .ToDictionary(field => (CompatibilityLevel)field.GetValue(null)!, field => field.GetCustomAttribute<EnumMemberAttribute>()!.Value!);

    /// <summary>What a message to the user lists as allowed.</summary>
    public static string Allowed { get; } = string.Join(", ", Texts.Values);

    public static string Text(CompatibilityLevel level) => Texts[level];

    public static bool TryParse(string? text, out CompatibilityLevel level)
    {
        var found = Texts.FirstOrDefault(pair => string.Equals(pair.Value, text, StringComparison.OrdinalIgnoreCase));
        level = found.Key;
        return found.Value is not null;
    }

    /// <summary>All versions count, not only the latest.</summary>
    public static bool IsTransitive(this CompatibilityLevel level) =>
        level is CompatibilityLevel.BackwardTransitive or CompatibilityLevel.ForwardTransitive or CompatibilityLevel.FullTransitive;

    /// <summary>The new schema must read what others wrote.</summary>
    public static bool ReadsOthers(this CompatibilityLevel level) =>
        level is CompatibilityLevel.Backward or CompatibilityLevel.BackwardTransitive or CompatibilityLevel.Full or CompatibilityLevel.FullTransitive;

    /// <summary>Others must read what the new schema writes.</summary>
    public static bool IsReadByOthers(this CompatibilityLevel level) =>
        level is CompatibilityLevel.Forward or CompatibilityLevel.ForwardTransitive or CompatibilityLevel.Full or CompatibilityLevel.FullTransitive;
}
