using System.Collections.Immutable;
using StockPipeline.Catalog.Attributes;
using StockPipeline.Catalog.Naming;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.CatalogApi.Storing;

/// <summary>One group of a product, its attributes' properties in the order of their numbers.</summary>
internal sealed record GatheredGroup(
    CatalogGroup Group, string Name, IReadOnlyList<(CatalogAttribute Attribute, CatalogProductProperty Property)> Properties);

/// <summary>The attributes as the topic says them. Immutable: what changes makes another.</summary>
internal sealed record Dictionary(ImmutableDictionary<string, CatalogAttribute> ByCode)
{
    public static readonly Dictionary BuiltIn =
        new(BuiltInAttributes.All.ToImmutableDictionary(attribute => attribute.Code, StringComparer.Ordinal));

    public CatalogAttribute? Find(string code) => ByCode.GetValueOrDefault(code);

    public Dictionary With(CatalogAttribute attribute) => this with { ByCode = ByCode.SetItem(attribute.Code, attribute) };

    public CatalogGroup? GroupOf(int number) => ByCode.Values.FirstOrDefault(attribute => attribute.Group.Number == number)?.Group;

    /// <summary>The numbers of the groups of that name, a bit each.</summary>
    public ulong GroupsCalled(string folded)
    {
        var groups = 0UL;
        foreach (var attribute in ByCode.Values)
        {
            if (TextFold.Fold(attribute.Group.Name) == folded)
                groups |= 1UL << attribute.Group.Number;
        }
        return groups;
    }

    /// <summary>All of a writer's book, for those that add to it.</summary>
    public AttributeBook Book()
    {
        var book = new AttributeBook();
        foreach (var attribute in ByCode.Values)
            book.Learn(attribute);
        return book;
    }

    /// <summary>The groups of a product in the order of their numbers, those that an editor added without a property included.</summary>
    public IReadOnlyList<GatheredGroup> GroupsOf(CatalogProduct product)
    {
        var renamed = product.Groups.ToDictionary(group => group.Group, group => group.Name, StringComparer.Ordinal);
        var gathered = product.Properties.Select(property => (Attribute: Find(property.Attribute), Property: property))
            .Where(pair => pair.Attribute is not null).GroupBy(pair => pair.Attribute!.Group)
            .Select(group => new GatheredGroup(
                group.Key, renamed.GetValueOrDefault(group.Key.Code) ?? group.Key.Name,
                [.. group.OrderBy(pair => pair.Attribute!.Number).Select(pair => (pair.Attribute!, pair.Property))])).ToList();
        foreach (var (code, name) in renamed)
        {
            if (gathered.Exists(group => group.Group.Code == code))
                continue;
            if (EmptyGroup(code, name) is { } empty)
                gathered.Add(empty);
        }
        return [.. gathered.OrderBy(group => group.Group.Number)];
    }

    /// <summary>A group without a property: one of the dictionary's, or one that only this product has, whose code says its number.</summary>
    private GatheredGroup? EmptyGroup(string code, string? name)
    {
        var known = ByCode.Values.FirstOrDefault(attribute => attribute.Group.Code == code)?.Group;
        if (known is null && name is not null && int.TryParse(code[(code.LastIndexOf('-') + 1)..], out var number)
            && number is > 0 and < CatalogAttribute.GroupNumbers)
            known = new CatalogGroup(code, number, name);
        return known is null ? null : new GatheredGroup(known, name ?? known.Name, []);
    }
}
