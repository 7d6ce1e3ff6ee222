using Npgsql;
using StockPipeline.CatalogApi.Editing;
using StockPipeline.CatalogApi.Searching;
using StockPipeline.Contracts.Catalog;
using StockPipeline.Contracts.Topics;
using StockPipeline.Hosting.Status;
using StockPipeline.SchemaRegistry.Codecs;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Tables;
using StockPipeline.Workers;

namespace StockPipeline.CatalogApi.Storing;

/// <summary>
/// Follows the catalog's topics into the tables and into the index. What is stored already is passed over by its offset, what the topics no longer
/// hold is removed at the end of the first reading, and edits that wait for their merged record are told of it.
/// </summary>
internal sealed class StoreReader(
    KafkaClient kafka, CatalogTopics topics, CatalogCodecs codecs, StoreWriter writer, ProductIndex index, CatalogState state, string currency,
    EditWaits waits, Health health, ILogger log)
    : ITableHandler
{
    private static readonly TimeSpan StaleAfter = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan DatabasePause = TimeSpan.FromSeconds(1);

    private readonly Dictionary<int, KeySums> products = [];
    private readonly Dictionary<int, KeySums> offers = [];
    private readonly StoreQueue queue = new();
    private readonly HealthCheck ready = health.Check("store");
    private readonly LoopProgress pulse = health.Loop("storing", StaleAfter);
    private CancellationToken stopping;
    private string[] best = [];
    private volatile bool isCaughtUp;
    private volatile bool hasRead;

    /// <summary>All that stood in the topics at the start is in the tables and in the index.</summary>
    public bool IsCaughtUp => isCaughtUp;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        ready.Starting("the topics are being read");
        var codecsOfProducts = await codecs.ProductsAsync(cancellationToken);
        var reader = kafka.ReadTables(
            TableAssignment.All, this,
            Table.Of(topics.Products, codecsOfProducts, OnProducts),
            Table.Of(topics.Offers, await codecs.OffersAsync(cancellationToken), OnOffers),
            Table.Of(topics.Changes, await codecs.ChangesAsync(cancellationToken), OnChanges));
        await Together.RunAsync(
            cancellationToken,
            stop =>
            {
                stopping = stop;
                return reader.RunAsync(stop);
            },
            stop => Task.Factory.StartNew(
                () => queue.Run(Store, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
    }

    void ITableHandler.OnAssigned(int partition)
    {
        queue.Drain(stopping);
        // The first of all partitions: a topic that was created anew has other offsets, and what came from the old one is to go.
        if (partition == 0)
            Patiently(() => writer.Open(kafka.TopicIds(topics.All, stopping), topics.Products.Name, topics.Offers.Name, topics.Changes.Name));
        products[partition] = new KeySums();
        offers[partition] = new KeySums();
        hasRead = false;
        index.Forget(id => id % CatalogTopics.ProductPartitions == partition);
    }

    ValueTask ITableHandler.OnCaughtUpAsync(int partition, CancellationToken cancellationToken)
    {
        queue.Drain(stopping);
        IReadOnlyList<string> lostProducts = [], lostOffers = [];
        Patiently(() => lostProducts = writer.Sweep("product", partition, products[partition].All));
        Patiently(() => lostOffers = writer.Sweep("offer", partition, offers[partition].All));
        foreach (var key in lostProducts)
            index.ForgetKey(key);
        foreach (var offer in lostOffers.Select(key => key.Split('/', 2)))
            index.SetOffer(offer[0], offer[1], null);
        if (lostProducts.Count + lostOffers.Count > 0)
            Log.Swept(log, partition, lostProducts.Count + lostOffers.Count);
        products.Remove(partition);
        offers.Remove(partition);
        return ValueTask.CompletedTask;
    }

    void ITableHandler.OnAllCaughtUp()
    {
        queue.Drain(stopping);
        Patiently(writer.Analyze);
        SetFresh();
        hasRead = true;
        isCaughtUp = true;
        ready.Ready();
    }

    ValueTask ITableHandler.OnTickAsync(CancellationToken cancellationToken)
    {
        pulse.Beat();
        if (hasRead && !state.FreshPartners().SequenceEqual(best))
            SetFresh();
        return ValueTask.CompletedTask;
    }

    private void SetFresh()
    {
        best = state.FreshPartners();
        index.SetFresh(best);
    }

    private void OnProducts(int partition, ReadOnlySpan<TableRecord<CatalogProduct>> records)
    {
        var (position, dictionary) = (writer.PositionOf(topics.Products.Name, partition), state.Dictionary);
        var rows = new List<ProductRow>();
        foreach (ref readonly var record in records)
        {
            if (products.TryGetValue(partition, out var seen))
                seen.See(record.KeyBytes);
            if (record.Value is not { } product)
                continue;
            var row = ProductRow.Of(product, dictionary, partition, record.Offset, isNew: record.Offset >= position);
            // What the tables have is put into the index alone; it stands before all that is new.
            if (record.Offset >= position)
                rows.Add(row);
            else
                index.Put(row.Indexed);
        }
        OldGarbage.CollectIfGrown();
        Add(topics.Products, partition, position, records[^1].Offset, batch =>
        {
            foreach (var row in rows)
                batch.Products[row.Id] = row;
        });
    }

    private void OnOffers(int partition, ReadOnlySpan<TableRecord<CatalogOffer>> records)
    {
        var position = writer.PositionOf(topics.Offers.Name, partition);
        var rows = new List<OfferRow>();
        foreach (ref readonly var record in records)
        {
            if (offers.TryGetValue(partition, out var seen))
            {
                if (record.Value is null)
                    seen.Forget(record.KeyBytes);
                else
                    seen.See(record.KeyBytes);
            }
            if (record.Key.Split('/', 2) is not [var product, var partner])
                continue;
            var row = new OfferRow(product, partner, record.Value, partition, record.Offset);
            if (record.Offset >= position)
                rows.Add(row);
            else
                Index(row);
        }
        Add(topics.Offers, partition, position, records[^1].Offset, batch =>
        {
            foreach (var row in rows)
                batch.Offers[(row.Product, row.Partner)] = row;
        });
    }

    private void OnChanges(int partition, ReadOnlySpan<TableRecord<CatalogChange>> records)
    {
        var position = writer.PositionOf(topics.Changes.Name, partition);
        var rows = new List<ChangeRow>();
        foreach (ref readonly var record in records)
        {
            if (record.Offset >= position && record.Value is { } change)
                rows.Add(new ChangeRow(change, partition, record.Offset));
        }
        Add(topics.Changes, partition, position, records[^1].Offset, batch => batch.Changes.AddRange(rows));
    }

    private void Add(TopicDeclaration topic, int partition, long position, long last, Action<StoreBatch> add)
    {
        pulse.Beat();
        if (last < position)
            return;
        queue.Add(
            batch =>
            {
                add(batch);
                batch.Next[(topic.Name, partition)] = last + 1;
            },
            stopping);
    }

    /// <summary>The tables first: what the index finds is to be there.</summary>
    private void Store(StoreBatch batch)
    {
        Patiently(() => writer.Store(batch));
        foreach (var row in batch.Products.Values)
            index.Put(row.Indexed);
        foreach (var row in batch.Offers.Values)
            Index(row);
        foreach (var row in batch.Products.Values)
        {
            if (row.Edited is { } product)
                waits.Stored(product);
        }
        OldGarbage.CollectIfGrown();
    }

    private void Index(OfferRow row) => index.SetOffer(
        row.Product, row.Partner,
        row.Offer is { Available: true, IsBelieved: true } offer && offer.Currency == currency ? (double)offer.Price : null);

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
