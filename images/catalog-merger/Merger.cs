using StockPipeline.Catalog.Merging;
using StockPipeline.Contracts.Topics;
using StockPipeline.Hosting.Status;
using StockPipeline.SchemaRegistry.Codecs;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Tables;
using StockPipeline.Workers;

namespace StockPipeline.CatalogMerger;

/// <summary>
/// Merges what partners say into one record a product. Owns no state that the topics do not hold: it reads items and its own products, and
/// publishes the differences.
/// </summary>
internal sealed class Merger(
    MergeRules rules, TimeSpan staleAfter, KafkaClient kafka, CatalogTopics topics, CatalogCodecs codecs, Health health, TimeProvider clock)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var freshness = new Freshness(kafka, topics, codecs, staleAfter, clock);
        await Together.RunAsync(cancellationToken, freshness.RunAsync, stop => MergeAsync(freshness, stop));
    }

    private async Task MergeAsync(Freshness freshness, CancellationToken cancellationToken)
    {
        var (itemCodec, productCodec) = (await codecs.ItemsAsync(cancellationToken), await codecs.ProductsAsync(cancellationToken));
        var products = kafka.WriteTo(topics.Products, productCodec);
        var changes = kafka.WriteTo(topics.Changes, await codecs.ChangesAsync(cancellationToken));
        await freshness.Loaded.WaitAsync(cancellationToken);
        using var tables = new MergerTables(rules, freshness, kafka, products, changes, health, clock);
        await kafka.ReadTables(
            TableAssignment.Group("catalog-merger"), tables,
            Table.Of(topics.Items, itemCodec, tables.TakeItems),
            Table.Owned(topics.Products, productCodec, tables.TakeProducts, products)).RunAsync(cancellationToken);
    }
}
