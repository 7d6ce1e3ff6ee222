using StockPipeline.Avro.Records.Catalog;
using StockPipeline.Catalog.Naming;
using StockPipeline.CatalogApi.Searching;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.CatalogApi.Storing;

/// <summary>What the tables and the index hold of one product; far smaller than the product itself.</summary>
internal sealed record ProductRow
{
    public required int Id { get; init; }

    public required string Key { get; init; }

    public required int Revision { get; init; }

    public required string Name { get; init; }

    public required string Brand { get; init; }

    public required string Model { get; init; }

    public required float Completeness { get; init; }

    public required int Conflicts { get; init; }

    public required DateTime ChangedAt { get; init; }

    /// <summary>In Avro; empty where the tables have it already.</summary>
    public required byte[] Record { get; init; }

    public required int Partition { get; init; }

    public required long Offset { get; init; }

    public required IndexedProduct Indexed { get; init; }

    /// <summary>The product itself where an editor has a word in it, for whom somebody may wait.</summary>
    public CatalogProduct? Edited { get; init; }

    public static ProductRow Of(CatalogProduct product, Dictionary dictionary, int partition, long offset, bool isNew) => new()
    {
        Id = product.Number, Key = product.Key, Revision = product.Revision, Name = product.Name.Value, Brand = product.Brand.Value,
        Model = product.Model, Completeness = (float)product.Completeness, Conflicts = product.Conflicts, ChangedAt = product.ChangedAt.UtcDateTime,
        Record = isNew ? RecordOf(product) : [], Partition = partition, Offset = offset, Indexed = Index(product, dictionary),
        Edited = product.Sources.Any(source => source.Partner == CatalogPartner.Editor) ? product : null,
    };

    private static byte[] RecordOf(CatalogProduct product)
    {
        var bytes = new byte[CatalogFormats.Product.MaxLength(product)];
        return bytes[..CatalogFormats.Product.Write(product, bytes)];
    }

    private static IndexedProduct Index(CatalogProduct product, Dictionary dictionary)
    {
        var (groups, own) = Groups(product, dictionary);
        return new IndexedProduct
        {
            Id = product.Number, Key = product.Key, Gone = product.Gone, Folded = Folded(product), Brand = product.Brand.Value,
            BrandFolded = TextFold.Fold(product.Brand.Value), ChangedTicks = product.ChangedAt.UtcTicks, Groups = groups, OwnNames = own,
            Numbers = product.Gone ? [] : [.. Numbers(product, dictionary)],
        };
    }

    /// <summary>The name as it is searched, with the brand where the name lacks it.</summary>
    private static string Folded(CatalogProduct product)
    {
        var (name, brand) = (TextFold.Fold(product.Name.Value), TextFold.Fold(product.Brand.Value));
        return name.Contains(brand, StringComparison.Ordinal) ? name : $"{name} {brand}";
    }

    /// <summary>The numbers that can be filtered by: of attributes with one number, where it can be true.</summary>
    private static IEnumerable<(int Attribute, double Value)> Numbers(CatalogProduct product, Dictionary dictionary)
    {
        foreach (var property in product.Properties)
        {
            if (property.Value is { Kind: CatalogKind.Number or CatalogKind.Flag, Suspect: false, Numbers: [var number] }
                && dictionary.Find(property.Attribute) is { } attribute)
                yield return (attribute.Number, number);
        }
    }

    private static (ulong Groups, IReadOnlyList<(int Group, string Folded)> OwnNames) Groups(CatalogProduct product, Dictionary dictionary)
    {
        var groups = 0UL;
        foreach (var property in product.Properties)
        {
            if (dictionary.Find(property.Attribute) is { } attribute)
                groups |= 1UL << attribute.Group.Number;
        }
        if (product.Groups.Count == 0)
            return (groups, []);
        var own = new List<(int, string)>();
        foreach (var gathered in dictionary.GroupsOf(product))
        {
            groups |= 1UL << gathered.Group.Number;
            if (product.Groups.Any(group => group.Group == gathered.Group.Code))
                own.Add((gathered.Group.Number, TextFold.Fold(gathered.Name)));
        }
        return (groups, own);
    }
}
