using System.Collections.Frozen;
using StockPipeline.Contracts.Catalog;
using StockPipeline.Contracts.Topics;
using StockPipeline.SchemaRegistry.Codecs;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.CatalogMerger;

/// <summary>Which partners were heard in full lately enough to be preferred. Safe from any thread.</summary>
internal sealed class Freshness(KafkaClient kafka, CatalogTopics topics, CatalogCodecs codecs, TimeSpan staleAfter, TimeProvider clock)
    : ITableHandler
{
    private readonly TaskCompletionSource loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, DateTimeOffset> completeAt = new(StringComparer.Ordinal);
    private volatile FrozenDictionary<string, DateTimeOffset> current = FrozenDictionary<string, DateTimeOffset>.Empty;

    public Task Loaded => loaded.Task;

    /// <summary>The partners that are fresh now.</summary>
    public IReadOnlySet<string> Now()
    {
        var since = clock.GetUtcNow() - staleAfter;
        return current.Where(pair => pair.Value >= since).Select(pair => pair.Key).ToFrozenSet(StringComparer.Ordinal);
    }

    public async Task RunAsync(CancellationToken cancellationToken) => await kafka.ReadTables(
        TableAssignment.All, this, Table.Of(topics.Partners, await codecs.PartnersAsync(cancellationToken), Take)).RunAsync(cancellationToken);

    void ITableHandler.OnAssigned(int partition) => completeAt.Clear();

    void ITableHandler.OnAllCaughtUp()
    {
        current = completeAt.ToFrozenDictionary(StringComparer.Ordinal);
        loaded.TrySetResult();
    }

    private void Take(int partition, ReadOnlySpan<TableRecord<CatalogPartner>> records)
    {
        foreach (ref readonly var record in records)
        {
            if (record.Value?.CompleteAt is { } at)
                completeAt[record.Key] = at;
            else if (record.Value is null)
                completeAt.Remove(record.Key);
        }
        if (loaded.Task.IsCompleted)
            current = completeAt.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
