using System.Globalization;

namespace StockPipeline.Contracts.Catalog;

/// <summary>What a value of the catalog is: what it can be compared, filtered and united by.</summary>
public enum CatalogKind
{
    Text,
    Number,
    Flag,
    List,

    /// <summary>Several numbers that belong together, such as a resolution or the sides of a box.</summary>
    Size,
}

/// <summary>One value in normal form, beside the text it was read from.</summary>
public sealed record CatalogValue
{
    public required CatalogKind Kind { get; init; }

    /// <summary>As its partner wrote it.</summary>
    public required string Raw { get; init; }

    /// <summary>The unit that its partner wrote beside it; empty where none.</summary>
    public string RawUnit { get; init; } = "";

    /// <summary>The normal form of a text; empty for the other kinds.</summary>
    public string Text { get; init; } = "";

    /// <summary>The number, the flag as 0 or 1, or the numbers of a size, in the attribute's unit.</summary>
    public IReadOnlyList<double> Numbers { get; init; } = [];

    /// <summary>The members of a list, in ordinal order, each once.</summary>
    public IReadOnlyList<string> Items { get; init; } = [];

    /// <summary>Outside of what the attribute can be: shown, and never filtered on.</summary>
    public bool Suspect { get; init; }

    /// <summary>The normal form as one text.</summary>
    public string Display => Kind switch
    {
        CatalogKind.Number or CatalogKind.Size => string.Join('x', Numbers.Select(number => number.ToString(CultureInfo.InvariantCulture))),
        CatalogKind.Flag => Numbers is [not 0] ? "yes" : "no",
        CatalogKind.List => string.Join("; ", Items),
        _ => Text,
    };

    public bool Equals(CatalogValue? other) =>
        other is not null && Kind == other.Kind && Raw == other.Raw && RawUnit == other.RawUnit && Text == other.Text
        && Suspect == other.Suspect && Numbers.SequenceEqual(other.Numbers) && Items.SequenceEqual(other.Items, StringComparer.Ordinal);

    public override int GetHashCode() => HashCode.Combine(Kind, Raw, RawUnit, Text, Suspect, Numbers.Count, Items.Count);
}
