using StockPipeline.Contracts.Catalog;

namespace StockPipeline.Avro.Records.Catalog;

/// <summary>The formats of the product catalog's records.</summary>
public static class CatalogFormats
{
    public static AvroFormat<CatalogItem> Item { get; } = new CatalogItemFormat();

    public static AvroFormat<CatalogProduct> Product { get; } = new CatalogProductFormat();

    public static AvroFormat<CatalogOffer> Offer { get; } = new CatalogOfferFormat();

    public static AvroFormat<CatalogChange> Change { get; } = new CatalogChangeFormat();

    public static AvroFormat<CatalogPartner> Partner { get; } = new CatalogPartnerFormat();

    public static AvroFormat<CatalogAttribute> Attribute { get; } = new CatalogAttributeFormat();

    public static AvroFormat<CatalogAlias> Alias { get; } = new CatalogAliasFormat();
}
