using StockPipeline.Catalog.Merging;
using StockPipeline.Contracts.Catalog;
using StockPipeline.Contracts.Topics;
using StockPipeline.SchemaRegistry.Codecs;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.CatalogApi.Rehearsing;

/// <summary>
/// Merges what the topics hold by other rules, and says what would differ from what is published. Writes nothing. One partition is held at a time.
/// </summary>
internal sealed class Rehearsal(KafkaClient kafka, CatalogTopics topics, CatalogCodecs codecs, MergeRules rules, TimeSpan staleAfter,
    TimeProvider clock)
{
    /// <summary>Products that were merged.</summary>
    public int Products { get; private set; }

    /// <param name="say">Takes each product that would differ, with its changes.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task RunAsync(Action<IReadOnlyList<CatalogChange>> say, CancellationToken cancellationToken)
    {
        var (itemCodec, productCodec) = (await codecs.ItemsAsync(cancellationToken), await codecs.ProductsAsync(cancellationToken));
        var partners = new Dictionary<string, CatalogPartner>(StringComparer.Ordinal);
        await LoadAsync(TableAssignment.All, cancellationToken, Table.Loaded<CatalogPartner>(
            topics.Partners, await codecs.PartnersAsync(cancellationToken), (_, records) =>
            {
                foreach (ref readonly var record in records)
                {
                    if (record.Value is { } partner)
                        partners[record.Key] = partner;
                }
            }));
        var since = clock.GetUtcNow() - staleAfter;
        var merge = new ProductMerge(rules, partner => partners.GetValueOrDefault(partner)?.CompleteAt >= since);
        for (var partition = 0; partition < CatalogTopics.ProductPartitions; partition++)
        {
            var items = new Dictionary<string, Dictionary<string, CatalogItem>>(StringComparer.Ordinal);
            var published = new SortedDictionary<string, CatalogProduct>(StringComparer.Ordinal);
            await LoadAsync(
                TableAssignment.Of(partition), cancellationToken,
                Table.Loaded<CatalogItem>(topics.Items, itemCodec, (_, records) => Take(records, items)),
                Table.Loaded<CatalogProduct>(topics.Products, productCodec, (_, records) =>
                {
                    foreach (ref readonly var record in records)
                    {
                        if (record.Value is { } product)
                            published[product.Key] = product;
                    }
                }));
            foreach (var (key, before) in published)
            {
                if (before.Gone || !items.TryGetValue(key, out var words) || merge.Merge(key, words.Values) is not { } after)
                    continue;
                Products++;
                var changes = ProductDiff.Of(before, after with { Number = before.Number, Revision = before.Revision + 1 }, clock.GetUtcNow());
                if (changes.Count > 0)
                    say(changes);
            }
        }
    }

    private static void Take(ReadOnlySpan<TableRecord<CatalogItem>> records, Dictionary<string, Dictionary<string, CatalogItem>> items)
    {
        foreach (ref readonly var record in records)
        {
            if (record.Key.Split('/') is not [var product, var partner])
                continue;
            if (!items.TryGetValue(product, out var words))
                items.Add(product, words = new Dictionary<string, CatalogItem>(StringComparer.Ordinal));
            if (record.Value is { } item)
                words[partner] = item;
            else
                words.Remove(partner);
        }
    }

    /// <summary>Reads the tables to the end they have now.</summary>
    private async Task LoadAsync(TableAssignment assignment, CancellationToken cancellationToken, params Table[] tables)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await kafka.ReadTables(assignment, new UntilRead(end), tables).RunAsync(end.Token);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private sealed class UntilRead(CancellationTokenSource end) : ITableHandler
    {
        public void OnAssigned(int partition)
        {
        }

        public void OnAllCaughtUp() => end.Cancel();
    }
}
