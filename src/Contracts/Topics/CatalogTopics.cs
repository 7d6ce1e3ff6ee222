using StockPipeline.Contracts.Catalog;

namespace StockPipeline.Contracts.Topics;

/// <summary>The topics of the product catalog. Those of products have equally many partitions, so that a product has one number everywhere.</summary>
public sealed class CatalogTopics
{
    /// <summary>Also what a product's number is made of: partition + partitions × counter.</summary>
    public const int ProductPartitions = 10;

    public TopicDeclaration Items { get; } = Compacted("catalog-items", ProductPartitions, "product/partner", typeof(CatalogItem));

    public TopicDeclaration Offers { get; } = Compacted("catalog-offers", ProductPartitions, "product/partner", typeof(CatalogOffer));

    public TopicDeclaration Products { get; } = Compacted("catalog-products", ProductPartitions, "product", typeof(CatalogProduct));

    public TopicDeclaration Changes { get; } = new()
    {
        Name = "catalog-changes",
        Partitions = ProductPartitions,
        Policy = CleanupPolicy.Delete,
        Retention = TimeSpan.FromDays(90),
        Key = "product",
        Records = [typeof(CatalogChange)],
    };

    public TopicDeclaration Partners { get; } = Compacted("catalog-partners", 1, "partner", typeof(CatalogPartner));

    public TopicDeclaration Attributes { get; } = Compacted("catalog-attributes", 1, "code", typeof(CatalogAttribute));

    public TopicDeclaration Aliases { get; } = Compacted("catalog-aliases", 1, "partner/fingerprint", typeof(CatalogAlias));

    /// <summary>In the order they are created.</summary>
    public IReadOnlyList<TopicDeclaration> All => [Items, Offers, Products, Changes, Partners, Attributes, Aliases];

    private static TopicDeclaration Compacted(string name, int partitions, string key, Type record) => new()
    {
        Name = name, Partitions = partitions, Policy = CleanupPolicy.Compact, Key = key, Records = [record],
    };
}
