using Npgsql;
using StockPipeline.CatalogApi.Editing;
using StockPipeline.Contracts.Catalog;
using StockPipeline.Contracts.Topics;
using StockPipeline.Hosting.Status;
using StockPipeline.SchemaRegistry.Codecs;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.CatalogApi.Storing;

/// <summary>
/// Follows the catalog's topics into the tables. What is stored already is passed over by its offset, what the topics no longer hold is removed at
/// the end of the first reading, and edits that wait for their merged record are told of it.
/// </summary>
internal sealed class StoreReader(
    KafkaClient kafka, CatalogTopics topics, CatalogCodecs codecs, StoreWriter writer, CatalogState state, EditWaits waits, Health health,
        ILogger log)
    : ITableHandler
{
    private static readonly TimeSpan StaleAfter = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan DatabasePause = TimeSpan.FromSeconds(1);
    private static readonly TableReaderOptions Batches = new() { MaxBatch = 2_000 };

    private readonly Dictionary<int, KeySums> products = [];
    private readonly Dictionary<int, KeySums> offers = [];
    private readonly HealthCheck ready = health.Check("store");
    private readonly LoopProgress pulse = health.Loop("storing", StaleAfter);
    private CancellationToken stopping;
    private string[] best = [];
    private bool hasRead;

    /// <summary>All that stood in the topics at the start is in the tables.</summary>
    public bool IsCaughtUp { get; private set; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        stopping = cancellationToken;
        ready.Starting("the topics are being read");
        await kafka.ReadTables(
            TableAssignment.All, this, Batches,
            Table.Of(topics.Products, await codecs.ProductsAsync(cancellationToken), OnProducts),
            Table.Of(topics.Offers, await codecs.OffersAsync(cancellationToken), OnOffers),
            Table.Of(topics.Changes, await codecs.ChangesAsync(cancellationToken), OnChanges)).RunAsync(cancellationToken);
    }

    void ITableHandler.OnAssigned(int partition)
    {
        // The first of all partitions: a topic that was created anew has other offsets, and what came from the old one is to go.
        if (partition == 0)
            Patiently(() => writer.Open(kafka.TopicIds(topics.All, stopping), topics.Products.Name, topics.Offers.Name, topics.Changes.Name));
        products[partition] = new KeySums();
        offers[partition] = new KeySums();
        hasRead = false;
    }

    ValueTask ITableHandler.OnCaughtUpAsync(int partition, CancellationToken cancellationToken)
    {
        var lost = 0;
        Patiently(() => lost = writer.Sweep("product", partition, products[partition].All, KeySums.Of)
            + writer.Sweep("offer", partition, offers[partition].All, KeySums.Of));
        if (lost > 0)
            Log.Swept(log, partition, lost);
        products.Remove(partition);
        offers.Remove(partition);
        return ValueTask.CompletedTask;
    }

    void ITableHandler.OnAllCaughtUp()
    {
        Patiently(writer.Index);
        best = state.FreshPartners();
        Patiently(writer.SetAllBest);
        hasRead = true;
        IsCaughtUp = true;
        state.Stored();
        ready.Ready();
    }

    ValueTask ITableHandler.OnTickAsync(CancellationToken cancellationToken)
    {
        pulse.Beat();
        var fresh = state.FreshPartners();
        if (hasRead && !fresh.SequenceEqual(best))
        {
            Patiently(writer.SetAllBest);
            best = fresh;
            state.Stored();
        }
        return ValueTask.CompletedTask;
    }

    private void OnProducts(int partition, ReadOnlySpan<TableRecord<CatalogProduct>> records)
    {
        var position = writer.PositionOf(topics.Products.Name, partition);
        // Of several words on one product in a batch the last counts.
        var rows = new Dictionary<int, ProductRow>();
        foreach (ref readonly var record in records)
        {
            if (products.TryGetValue(partition, out var seen))
                seen.See(record.KeyBytes);
            if (record.Offset >= position && record.Value is { } product)
                rows[product.Number] = ProductRow.Of(product, partition, record.Offset);
        }
        pulse.Beat();
        if (rows.Count == 0)
            return;
        var next = records[^1].Offset + 1;
        Patiently(() => writer.StoreProducts(topics.Products.Name, partition, [.. rows.Values], next, setBest: hasRead));
        state.Stored();
        foreach (var row in rows.Values)
            waits.Stored(row.Product);
    }

    private void OnOffers(int partition, ReadOnlySpan<TableRecord<CatalogOffer>> records)
    {
        var position = writer.PositionOf(topics.Offers.Name, partition);
        if (offers.TryGetValue(partition, out var seen))
        {
            foreach (ref readonly var record in records)
            {
                if (record.Value is null)
                    seen.Forget(record.KeyBytes);
                else
                    seen.See(record.KeyBytes);
            }
        }
        Store(records, position, fresh => writer.StoreOffers(topics.Offers.Name, partition, fresh, fresh[^1].Offset + 1, setBest: hasRead));
        state.Stored();
    }

    private void OnChanges(int partition, ReadOnlySpan<TableRecord<CatalogChange>> records) =>
        Store(records, writer.PositionOf(topics.Changes.Name, partition),
            fresh => writer.StoreChanges(topics.Changes.Name, partition, fresh, fresh[^1].Offset + 1));

    private void Store<T>(ReadOnlySpan<TableRecord<T>> records, long position, Action<IReadOnlyList<TableRecord<T>>> store)
        where T : class
    {
        pulse.Beat();
        var at = 0;
        while (at < records.Length && records[at].Offset < position)
            at++;
        if (at == records.Length)
            return;
        TableRecord<T>[] fresh = [.. records[at..]];
        Patiently(() => store(fresh));
    }

    /// <summary>A database that is away is waited for: nothing is passed over meanwhile.</summary>
    private void Patiently(Action store)
    {
        while (true)
        {
            try
            {
                store();
                return;
            }
            catch (NpgsqlException away) when (away.IsTransient || away is not PostgresException || away.SqlState is "57P01" or "57P03" or "40P01")
            {
                Log.DatabaseAway(log, away.Message);
                ready.Failing($"the database is away: {away.Message}");
                stopping.WaitHandle.WaitOne(DatabasePause);
                stopping.ThrowIfCancellationRequested();
                pulse.Beat();
                if (hasRead)
                    ready.Ready();
            }
        }
    }
}
