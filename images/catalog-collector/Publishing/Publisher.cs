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

    /// <summary>The changes stand before the offer: a stop between them says a change twice, and never none.</summary>
    public async ValueTask SendAsync(
        string product, GuardedOffer offer, GuardedOffer? before, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await SendChangesAsync(product, before, offer, now, cancellationToken);
        await offers.SendAsync(
            CatalogItem.KeyOf(product, partner),
            new CatalogOffer
            {
                Product = product, Partner = partner, Price = offer.Price, OldPrice = offer.OldPrice, Currency = offer.Currency,
                Available = offer.Available, ObservedAt = now, Held = offer.Held?.Price, HeldSince = offer.Held?.Since,
            },
            cancellationToken);
    }

    /// <summary>The partner has it no more.</summary>
    public async ValueTask DropAsync(string product, GuardedOffer? offer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await items.SendAsync(CatalogItem.KeyOf(product, partner), null, cancellationToken);
        if (offer is { } withdrawn)
            await WithdrawOfferAsync(product, withdrawn, now, cancellationToken);
    }

    public async ValueTask WithdrawOfferAsync(string product, GuardedOffer offer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await SendChangesAsync(product, offer, null, now, cancellationToken);
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

    /// <summary>A price that is held is told, but as no price: histories and the lowest of thirty days know only what is believed.</summary>
    private async ValueTask SendChangesAsync(
        string product, GuardedOffer? before, GuardedOffer? after, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await SendChangeAsync(product, CatalogChange.HeldPricePrefix, HeldText(before), HeldText(after), at, cancellationToken);
        await SendChangeAsync(product, CatalogChange.PricePrefix, BelievedText(before), BelievedText(after), at, cancellationToken);
    }

    private ValueTask SendChangeAsync(
        string product, string field, string? from, string? to, DateTimeOffset at, CancellationToken cancellationToken) =>
        from == to
            ? ValueTask.CompletedTask
            : changes.SendAsync(
                product,
                new CatalogChange
                {
                    Product = product, Revision = 0, Field = field + partner, From = from, To = to, Partner = partner, At = at,
                },
                cancellationToken);

    private static string? BelievedText(GuardedOffer? offer) =>
        offer is { IsBelieved: true } said ? PriceText.Format(said.Price, said.Currency, said.Available) : null;

    private static string? HeldText(GuardedOffer? offer) =>
        offer is { Held: { } held } said ? PriceText.Format(held.Price, said.Currency, said.Available) : null;
}
