namespace StockPipeline.Avro.Compatibility;

/// <summary>One reason why one schema cannot read what another wrote.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Path">Where in the reader's schema, as a JSON pointer.</param>
/// <param name="Detail">What is missing, or what stands against what.</param>
public sealed record Incompatibility(IncompatibilityKind Kind, string Path, string Detail)
{
    public override string ToString() => $"{Kind} at '{Path}': {Detail}";
}
