namespace StockPipeline.Contracts.Catalog;

/// <summary>One partner's word on one product, all of it; an editor's word says only what was edited.</summary>
public sealed record CatalogItem
{
    /// <summary>The key of the product that the item belongs to.</summary>
    public required string Product { get; init; }

    public required string Partner { get; init; }

    /// <summary>The normal form of the name, which an alias may have sent to another product.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The partner's own number for it.</summary>
    public required string PartnerId { get; init; }

    public string? Name { get; init; }

    public string? Brand { get; init; }

    public string? Model { get; init; }

    public string? Description { get; init; }

    /// <summary>Groups that an editor added or renamed.</summary>
    public IReadOnlyList<CatalogItemGroup> Groups { get; init; } = [];

    public IReadOnlyList<CatalogItemProperty> Properties { get; init; } = [];

    /// <summary>When its partner first said it so.</summary>
    public required DateTimeOffset ObservedAt { get; init; }

    /// <summary>Over everything that is said, and not over when.</summary>
    public required string Hash { get; init; }

    public static string KeyOf(string product, string partner) => $"{product}/{partner}";
}

/// <summary>A group that an editor added to a product, or calls otherwise there.</summary>
public sealed record CatalogItemGroup(string Group, string? Name);

/// <summary>What a partner says of one attribute of one product.</summary>
public sealed record CatalogItemProperty
{
    public required string Attribute { get; init; }

    public required CatalogValue Value { get; init; }

    /// <summary>When this partner last changed this value.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>How an editor calls the attribute on this product; null where it has its own name.</summary>
    public string? Name { get; init; }

    /// <summary>How an editor describes it on this product; null where the attribute's own description holds.</summary>
    public string? Description { get; init; }
}
