using StockPipeline.Avro.Records.Catalog;
using StockPipeline.Catalog.Naming;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.CatalogApi.Storing;

/// <summary>What the tables hold of one product.</summary>
internal sealed record ProductRow(CatalogProduct Product, byte[] Record, int Partition, long Offset)
{
    public static ProductRow Of(CatalogProduct product, int partition, long offset)
    {
        var bytes = new byte[CatalogFormats.Product.MaxLength(product)];
        var length = CatalogFormats.Product.Write(product, bytes);
        return new ProductRow(product, bytes[..length], partition, offset);
    }

    /// <summary>The name as it is searched, with the brand where the name lacks it.</summary>
    public string Folded
    {
        get
        {
            var (name, brand) = (TextFold.Fold(Product.Name.Value), TextFold.Fold(Product.Brand.Value));
            return name.Contains(brand, StringComparison.Ordinal) ? name : $"{name} {brand}";
        }
    }

    /// <summary>The numbers that can be filtered by: of attributes with one number, where it can be true.</summary>
    public IEnumerable<(int Attribute, double Value)> Numbers(Dictionary dictionary) =>
        from property in Product.Properties
        where property.Value is { Kind: CatalogKind.Number or CatalogKind.Flag, Suspect: false, Numbers.Count: 1 }
        let attribute = dictionary.Find(property.Attribute)
        where attribute is not null
        select (attribute.Number, property.Value.Numbers[0]);

    /// <summary>The groups of the first interface, each with its id.</summary>
    public IEnumerable<(int Id, string Folded)> Groups(Dictionary dictionary) =>
        from gathered in dictionary.GroupsOf(Product)
        select (CatalogAttribute.GroupId(Product.Number, gathered.Group.Number), TextFold.Fold(gathered.Name));
}
