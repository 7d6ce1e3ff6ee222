using System.Text;
using StockPipeline.Avro.Records.Catalog;
using StockPipeline.Catalog.Merging;
using StockPipeline.Contracts.Catalog;
using StockPipeline.Hosting.Status;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Producing;
using StockPipeline.Streaming.Tables;
using StockPipeline.Workers;

namespace StockPipeline.CatalogMerger;

/// <summary>The partitions this replica owns: loaded when they come, dropped, with everything sent, when they go.</summary>
internal sealed class MergerTables : ITableHandler, IProductOutput, IDisposable
{
    private static readonly TimeSpan StaleAfter = TimeSpan.FromMinutes(2);

    private readonly Dictionary<int, PartitionProducts> partitions = [];
    private readonly Dictionary<string, string> partnerNames = new(StringComparer.Ordinal);
    private readonly PackedWords items = new();
    private readonly PackedRecords<CatalogProduct> products = new(CatalogFormats.Product);
    private readonly MergeRules rules;
    private readonly Freshness freshness;
    private readonly KafkaClient kafka;
    private readonly TopicWriter<CatalogProduct> productWriter;
    private readonly TopicWriter<CatalogChange> changeWriter;
    private readonly TimeProvider clock;
    private readonly HealthCheck ready;
    private readonly LoopProgress pulse;

    public MergerTables(
        MergeRules rules, Freshness freshness, KafkaClient kafka, TopicWriter<CatalogProduct> productWriter, TopicWriter<CatalogChange> changeWriter,
        Health health, TimeProvider clock)
    {
        this.rules = rules;
        this.freshness = freshness;
        this.kafka = kafka;
        this.productWriter = productWriter;
        this.changeWriter = changeWriter;
        this.clock = clock;
        ready = health.Check("products");
        ready.Starting("items are being read");
        pulse = health.Loop("merging", StaleAfter);
    }

    public void TakeItems(int partition, ReadOnlySpan<TableRecord<CatalogItem>> records)
    {
        var owned = partitions[partition];
        foreach (ref readonly var record in records)
        {
            if (record.Key.Split('/') is [var product, var partner])
                owned.Take(product, Shared(partner), record.Value);
        }
        owned.Publish();
        OldGarbage.CollectIfGrown();
        pulse.Beat();
    }

    public void TakeProducts(int partition, ReadOnlySpan<TableRecord<CatalogProduct>> records)
    {
        foreach (ref readonly var record in records)
        {
            if (record.Value is { } product)
                partitions[partition].TakePublished(product);
        }
        OldGarbage.CollectIfGrown();
        pulse.Beat();
    }

    public void OnAssigned(int partition)
    {
        partitions[partition] = new PartitionProducts(partition, rules, items, products, this, clock);
        ready.Starting("items are being read");
    }

    public ValueTask OnCaughtUpAsync(int partition, CancellationToken cancellationToken)
    {
        partitions[partition].CaughtUp(freshness.Now());
        return ValueTask.CompletedTask;
    }

    public void OnAllCaughtUp() => ready.Ready($"{partitions.Values.Sum(partition => partition.Count)} products");

    public async ValueTask OnRevokedAsync(int partition, CancellationToken cancellationToken)
    {
        partitions.Remove(partition);
        // The next owner reads what was published and gives numbers that follow from it: all of it must be there by then.
        await kafka.FlushAsync(cancellationToken);
    }

    public ValueTask OnTickAsync(CancellationToken cancellationToken)
    {
        pulse.Beat();
        var fresh = freshness.Now();
        foreach (var partition in partitions.Values)
            partition.Refresh(fresh);
        return ValueTask.CompletedTask;
    }

    public void Send(CatalogChange change) => changeWriter.Send(Encoding.UTF8.GetBytes(change.Product), change, CancellationToken.None);

    public void Send(CatalogProduct product) => productWriter.Send(Encoding.UTF8.GetBytes(product.Key), product, CancellationToken.None);

    public void Dispose()
    {
        items.Dispose();
        products.Dispose();
    }

    /// <summary>One text for the name that a hundred thousand words carry.</summary>
    private string Shared(string partner)
    {
        if (!partnerNames.TryGetValue(partner, out var name))
            partnerNames.Add(partner, name = partner);
        return name;
    }
}
