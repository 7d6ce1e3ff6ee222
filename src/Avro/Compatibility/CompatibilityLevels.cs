namespace StockPipeline.Avro.Compatibility;

/// <summary>How levels are written, and what each asks.</summary>
public static class CompatibilityLevels
{
    private static readonly Dictionary<CompatibilityLevel, string> Texts = new()
    {
        [CompatibilityLevel.None] = "NONE",
        [CompatibilityLevel.Backward] = "BACKWARD",
        [CompatibilityLevel.BackwardTransitive] = "BACKWARD_TRANSITIVE",
        [CompatibilityLevel.Forward] = "FORWARD",
        [CompatibilityLevel.ForwardTransitive] = "FORWARD_TRANSITIVE",
        [CompatibilityLevel.Full] = "FULL",
        [CompatibilityLevel.FullTransitive] = "FULL_TRANSITIVE",
    };

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
