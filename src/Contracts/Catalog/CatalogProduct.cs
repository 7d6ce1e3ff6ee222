namespace StockPipeline.Contracts.Catalog;

/// <summary>What is known of one product, each value with its origin and what others said instead.</summary>
public sealed record CatalogProduct
{
    public required string Key { get; init; }

    /// <summary>Given once and never to another product; ids of the HTTP interface are made of it.</summary>
    public required int Number { get; init; }

    /// <summary>Grows by one with each change.</summary>
    public required int Revision { get; init; }

    /// <summary>No partner has it any more: only the key, the number and the revision still say something.</summary>
    public bool Gone { get; init; }

    public required CatalogField Name { get; init; }

    public required CatalogField Brand { get; init; }

    public required CatalogField Description { get; init; }

    public string Model { get; init; } = "";

    /// <summary>Groups that are there though they may be empty, or that are called otherwise on this product.</summary>
    public IReadOnlyList<CatalogItemGroup> Groups { get; init; } = [];

    /// <summary>In the order of the attributes' codes.</summary>
    public IReadOnlyList<CatalogProductProperty> Properties { get; init; } = [];

    /// <summary>Who has it, in the order of names.</summary>
    public IReadOnlyList<CatalogSource> Sources { get; init; } = [];

    /// <summary>The share of required attributes that are known, 0 to 1.</summary>
    public double Completeness { get; init; }

    /// <summary>Attributes and fields on which partners disagree.</summary>
    public int Conflicts { get; init; }

    /// <summary>When the newest word in it was said.</summary>
    public required DateTimeOffset ChangedAt { get; init; }
}

/// <summary>A text of a product, who said it, and what others said.</summary>
public sealed record CatalogField(string Value, string Partner, IReadOnlyList<CatalogOther> Others)
{
    public static readonly CatalogField None = new("", "", []);
}

/// <summary>What a partner said that was not taken.</summary>
public sealed record CatalogOther(string Partner, string Value, string Raw);

/// <summary>Where a product's values came from: the item as it was read.</summary>
public sealed record CatalogSource(string Partner, string PartnerId, DateTimeOffset ObservedAt, string Hash);

/// <summary>One attribute of a product.</summary>
public sealed record CatalogProductProperty
{
    public required string Attribute { get; init; }

    public required CatalogValue Value { get; init; }

    /// <summary>Who said it; of a united list the one whose word came first in the order of precedence.</summary>
    public required string Partner { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>Those who say something else, in the order of names.</summary>
    public IReadOnlyList<CatalogOther> Others { get; init; } = [];

    public string? Name { get; init; }

    public string? Description { get; init; }
}
