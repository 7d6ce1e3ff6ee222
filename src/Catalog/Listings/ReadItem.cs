namespace StockPipeline.Catalog.Listings;

/// <summary>One item of a partner's listing, as it stands there.</summary>
public sealed record ReadItem
{
    public required string PartnerId { get; init; }

    public required string Name { get; init; }

    public required string Brand { get; init; }

    public string? Model { get; init; }

    public string? Description { get; init; }

    public required IReadOnlyList<ReadProperty> Properties { get; init; }

    public ReadPrice? Price { get; init; }
}

/// <summary>One property as it stands in a listing.</summary>
public readonly record struct ReadProperty(string Group, string Id, string Name, string Value, string Unit, string? Description);

/// <summary>A price as it stands in a listing, read in the partner's format.</summary>
public sealed record ReadPrice(decimal Amount, decimal? Old, string Currency, bool Available);
