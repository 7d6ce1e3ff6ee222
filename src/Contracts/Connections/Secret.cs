namespace StockPipeline.Contracts.Connections;

/// <summary>A value that must not be shown: text, logs, JSON and debuggers see a mask, only <see cref="Reveal"/> gives it away.</summary>
public sealed class Secret(string value) : IEquatable<Secret>
{
    public const string Mask = "***";

    /// <summary>The value itself, for the one place that hands it to the other side.</summary>
    public string Reveal() => value;

    public override string ToString() => Mask;

    public bool Equals(Secret? other) => other is not null && string.Equals(value, other.Reveal(), StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as Secret);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(value);
}
