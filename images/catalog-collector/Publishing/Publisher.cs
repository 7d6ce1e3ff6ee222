using StockPipeline.Catalog.Offers;
using StockPipeline.Contracts.Catalog;
using StockPipeline.Contracts.Topics;
using StockPipeline.SchemaRegistry.Codecs;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Producing;

namespace StockPipeline.CatalogCollector.Publishing;

/// <summary>Writes what a partner says to the topics.</summary>
internal sealed class Publisher
{
    private readonly string partner;
    private readonly KafkaClient kafka;
    private readonly TopicWriter<CatalogItem> items;
    private readonly TopicWriter<CatalogOffer> offers;
    private readonly TopicWriter<CatalogChange> changes;
    private readonly TopicWriter<CatalogAttribute> attributes;
    private readonly TopicWriter<CatalogPartner> partners;

    private Publisher(
        string partner, KafkaClient kafka, TopicWriter<CatalogItem> items, TopicWriter<CatalogOffer> offers, TopicWriter<CatalogChange> changes,
        TopicWriter<CatalogAttribute> attributes, TopicWriter<CatalogPartner> partners)
    {
        this.partner = partner;
        this.kafka = kafka;
        this.items = items;
        this.offers = offers;
        this.changes = changes;
        this.attributes = attributes;
        this.partners = partners;
    }

    public static async Task<Publisher> CreateAsync(
        string partner, KafkaClient kafka, CatalogTopics topics, CatalogCodecs codecs, CancellationToken cancellationToken) => new(
            partner, kafka,
            kafka.WriteTo(topics.Items, await codecs.ItemsAsync(cancellationToken)),
            kafka.WriteTo(topics.Offers, await codecs.OffersAsync(cancellationToken)),
            kafka.WriteTo(topics.Changes, await codecs.ChangesAsync(cancellationToken)),
            kafka.WriteTo(topics.Attributes, await codecs.AttributesAsync(cancellationToken)),
            kafka.WriteTo(topics.Partners, await codecs.PartnersAsync(cancellationToken)));

    public ValueTask SendAsync(CatalogItem item, CancellationToken cancellationToken) =>
        items.SendAsync(CatalogItem.KeyOf(item.Product, partner), item, cancellationToken);

    /// <summary>The change stands before the offer: a stop between them says a change twice, and never none.</summary>
    public async ValueTask SendAsync(CatalogOffer offer, KnownOffer? before, CancellationToken cancellationToken)
    {
        await SendChangeAsync(offer.Product, before, PriceText.Format(offer.Price, offer.Currency, offer.Available), offer.ObservedAt,
            cancellationToken);
        await offers.SendAsync(CatalogItem.KeyOf(offer.Product, partner), offer, cancellationToken);
    }

    /// <summary>The partner has it no more.</summary>
    public async ValueTask DropAsync(string product, KnownOffer? offer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await items.SendAsync(CatalogItem.KeyOf(product, partner), null, cancellationToken);
        if (offer is { } withdrawn)
            await WithdrawOfferAsync(product, withdrawn, now, cancellationToken);
    }

    public async ValueTask WithdrawOfferAsync(string product, KnownOffer offer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await SendChangeAsync(product, offer, null, now, cancellationToken);
        await offers.SendAsync(CatalogItem.KeyOf(product, partner), null, cancellationToken);
    }

    /// <summary>Acknowledged before any item that uses it is sent.</summary>
    public Task DeliverAsync(CatalogAttribute attribute, CancellationToken cancellationToken) =>
        attributes.DeliverAsync(attribute.Code, attribute, cancellationToken);

    /// <summary>A listing counts once its records are acknowledged.</summary>
    public async Task DeliverAsync(CatalogPartner state, CancellationToken cancellationToken)
    {
        await kafka.FlushAsync(cancellationToken);
        await partners.DeliverAsync(partner, state, cancellationToken);
    }

    private ValueTask SendChangeAsync(string product, KnownOffer? before, string? to, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var from = before is { } was ? PriceText.Format(was.Price, was.Currency, was.Available) : null;
        return from == to
            ? ValueTask.CompletedTask
            : changes.SendAsync(
                product,
                new CatalogChange
                {
                    Product = product, Revision = 0, Field = CatalogChange.PricePrefix + partner, From = from, To = to, Partner = partner, At = at,
                },
                cancellationToken);
    }
}
