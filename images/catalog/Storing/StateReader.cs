using StockPipeline.Contracts.Catalog;
using StockPipeline.Contracts.Topics;
using StockPipeline.SchemaRegistry.Codecs;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.CatalogApi.Storing;

/// <summary>Follows the three small topics into memory. They are read before products, whose ids are made of the dictionary's numbers.</summary>
internal sealed class StateReader(KafkaClient kafka, CatalogTopics topics, CatalogCodecs codecs, CatalogState state) : ITableHandler
{
    private readonly TaskCompletionSource loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Loaded => loaded.Task;

    public async Task RunAsync(CancellationToken cancellationToken) => await kafka.ReadTables(
        TableAssignment.All, this,
        Table.Of(topics.Attributes, await codecs.AttributesAsync(cancellationToken), OnAttributes),
        Table.Of(topics.Partners, await codecs.PartnersAsync(cancellationToken), OnPartners),
        Table.Of(topics.Aliases, await codecs.AliasesAsync(cancellationToken), OnAliases)).RunAsync(cancellationToken);

    void ITableHandler.OnAssigned(int partition)
    {
        // What was read before stays until it is said otherwise: an answer with what is known is better than none.
    }

    void ITableHandler.OnAllCaughtUp() => loaded.TrySetResult();

    private void OnAttributes(int partition, ReadOnlySpan<TableRecord<CatalogAttribute>> records)
    {
        foreach (ref readonly var record in records)
        {
            if (record.Value is { } attribute)
                state.Dictionary = state.Dictionary.With(attribute);
        }
    }

    private void OnPartners(int partition, ReadOnlySpan<TableRecord<CatalogPartner>> records)
    {
        foreach (ref readonly var record in records)
            state.Set(record.Key, record.Value);
    }

    private void OnAliases(int partition, ReadOnlySpan<TableRecord<CatalogAlias>> records)
    {
        foreach (ref readonly var record in records)
            state.SetAlias(record.Key, record.Value);
    }
}
