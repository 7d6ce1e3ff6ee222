using StockPipeline.Avro.Records.Catalog;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.SchemaRegistry.Codecs;

/// <summary>The codecs of the product catalog's topics.</summary>
public sealed class CatalogCodecs(PipelineCodecs codecs)
{
    public Task<ConfluentAvroCodec<CatalogItem>> ItemsAsync(CancellationToken cancellationToken) =>
        codecs.OfAsync(codecs.Topics.Catalog.Items, CatalogFormats.Item, cancellationToken);

    public Task<ConfluentAvroCodec<CatalogOffer>> OffersAsync(CancellationToken cancellationToken) =>
        codecs.OfAsync(codecs.Topics.Catalog.Offers, CatalogFormats.Offer, cancellationToken);

    public Task<ConfluentAvroCodec<CatalogProduct>> ProductsAsync(CancellationToken cancellationToken) =>
        codecs.OfAsync(codecs.Topics.Catalog.Products, CatalogFormats.Product, cancellationToken);

    public Task<ConfluentAvroCodec<CatalogChange>> ChangesAsync(CancellationToken cancellationToken) =>
        codecs.OfAsync(codecs.Topics.Catalog.Changes, CatalogFormats.Change, cancellationToken);

    public Task<ConfluentAvroCodec<CatalogPartner>> PartnersAsync(CancellationToken cancellationToken) =>
        codecs.OfAsync(codecs.Topics.Catalog.Partners, CatalogFormats.Partner, cancellationToken);

    public Task<ConfluentAvroCodec<CatalogAttribute>> AttributesAsync(CancellationToken cancellationToken) =>
        codecs.OfAsync(codecs.Topics.Catalog.Attributes, CatalogFormats.Attribute, cancellationToken);

    public Task<ConfluentAvroCodec<CatalogAlias>> AliasesAsync(CancellationToken cancellationToken) =>
        codecs.OfAsync(codecs.Topics.Catalog.Aliases, CatalogFormats.Alias, cancellationToken);

    /// <summary>Registers every schema of the catalog.</summary>
    public async Task RegisterAllAsync(CancellationToken cancellationToken)
    {
        await ItemsAsync(cancellationToken);
        await OffersAsync(cancellationToken);
        await ProductsAsync(cancellationToken);
        await ChangesAsync(cancellationToken);
        await PartnersAsync(cancellationToken);
        await AttributesAsync(cancellationToken);
        await AliasesAsync(cancellationToken);
    }
}
