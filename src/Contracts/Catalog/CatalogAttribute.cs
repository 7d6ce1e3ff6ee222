namespace StockPipeline.Contracts.Catalog;

/// <summary>One attribute of the dictionary: what it is called, what it is measured in and what it can be.</summary>
public sealed record CatalogAttribute
{
    /// <summary>Numbers of attributes are below this: a property's id is its product's number times this, plus the attribute's.</summary>
    public const int Numbers = 256;

    /// <summary>Numbers of groups are below this.</summary>
    public const int GroupNumbers = 64;

    public required string Code { get; init; }

    /// <summary>Given once.</summary>
    public required int Number { get; init; }

    public required CatalogGroup Group { get; init; }

    public required CatalogKind Kind { get; init; }

    /// <summary>The unit of the normal form; empty where there is none.</summary>
    public string Unit { get; init; } = "";

    public double? Min { get; init; }

    public double? Max { get; init; }

    /// <summary>In English, for who reads no Russian; empty where nobody gave one.</summary>
    public string EnglishName { get; init; } = "";

    /// <summary>What each partner calls it.</summary>
    public IReadOnlyList<CatalogAttributeName> Names { get; init; } = [];

    /// <summary>A sentence on what it is, as a partner wrote it.</summary>
    public string? Description { get; init; }

    /// <summary>Nobody has said yet what it is: its values are texts as they came.</summary>
    public bool Unmapped { get; init; }

    /// <summary>What it is called first of all.</summary>
    public string Name => Names.Count > 0 ? Names[0].Name : Code;

    public static int PropertyId(int product, int attribute) => checked((product * Numbers) + attribute);

    public static int GroupId(int product, int group) => checked((product * GroupNumbers) + group);
}

/// <summary>A group of attributes as a partner shows them.</summary>
public sealed record CatalogGroup(string Code, int Number, string Name);

/// <summary>What a partner calls an attribute, and under which number.</summary>
public sealed record CatalogAttributeName(string Partner, string Id, string Name);
