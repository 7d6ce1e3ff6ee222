using System.Collections.Concurrent;
using StockPipeline.Catalog.Attributes;
using StockPipeline.Catalog.Offers;
using StockPipeline.Contracts.Catalog;
using StockPipeline.Contracts.Serialization;
using StockPipeline.Contracts.Topics;
using StockPipeline.SchemaRegistry.Codecs;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Tables;
using StockPipeline.Workers;

namespace StockPipeline.CatalogCollector.Publishing;

/// <summary>
/// What the topics hold of one partner: its items and offers as they were published last, and the dictionary and the aliases, which others write
/// too. Read by the reader's thread; what came since is handed to the collecting loop when it asks.
/// </summary>
internal sealed class PartnerTables(string partner, string currency, KafkaClient kafka, CatalogTopics topics, CatalogCodecs codecs)
    : ITableHandler
{
    private readonly ConcurrentQueue<Action<KnownItems, AttributeBook, Dictionary<string, string>>> news = new();
    private readonly byte[] suffix = System.Text.Encoding.UTF8.GetBytes("/" + partner);
    private readonly TaskCompletionSource loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource stirred = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ConfluentAvroCodec<CatalogItem> items = null!;
    private ConfluentAvroCodec<CatalogOffer> offers = null!;
    private volatile CatalogPartner? state;
    private bool caughtUp;

    /// <summary>Partitions that are being read from their beginning: what comes of own offers after that is written here.</summary>
    private readonly HashSet<int> loading = [];

    /// <summary>What the other partners ask, as it changes.</summary>
    public OtherPrices Others { get; } = new(partner, currency);

    /// <summary>Over when everything has been read once.</summary>
    public Task Loaded => loaded.Task;

    /// <summary>The partner's last state; null where it has none yet.</summary>
    public CatalogPartner? State => state;

    /// <summary>Over when the listing is to be read anew as a whole: since the last <see cref="Drain"/> an alias has changed.</summary>
    public Task Stirred => Volatile.Read(ref stirred).Task;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        items = await codecs.ItemsAsync(cancellationToken);
        offers = await codecs.OffersAsync(cancellationToken);
        await kafka.ReadTables(
            TableAssignment.All, this,
            Table.Of(topics.Attributes, await codecs.AttributesAsync(cancellationToken), OnAttributes),
            Table.Of(topics.Aliases, await codecs.AliasesAsync(cancellationToken), OnAliases),
            Table.Loaded(topics.Partners, await codecs.PartnersAsync(cancellationToken), OnPartners),
            Table.Loaded(topics.Items, RawBytes.Instance, OnItems),
            Table.Of(topics.Offers, RawBytes.Instance, OnOffers)).RunAsync(cancellationToken);
    }

    /// <summary>Applies what was read since the last call; the caller's thread owns the state.</summary>
    public void Drain(KnownItems known, AttributeBook book, Dictionary<string, string> aliases)
    {
        if (Stirred.IsCompleted)
            Volatile.Write(ref stirred, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        while (news.TryDequeue(out var apply))
            apply(known, book, aliases);
    }

    void ITableHandler.OnAssigned(int partition)
    {
        loading.Add(partition);
        if (partition == 0)
            Others.Clear();
        // Topics that were created anew are empty: what was known of them is to be published again.
        if (!caughtUp || partition != 0)
            return;
        news.Enqueue(static (known, _, aliases) =>
        {
            known.Clear();
            aliases.Clear();
        });
        Volatile.Read(ref stirred).TrySetResult();
    }

    ValueTask ITableHandler.OnCaughtUpAsync(int partition, CancellationToken cancellationToken)
    {
        loading.Remove(partition);
        return ValueTask.CompletedTask;
    }

    void ITableHandler.OnAllCaughtUp()
    {
        caughtUp = true;
        loaded.TrySetResult();
    }

    private void OnAttributes(int partition, ReadOnlySpan<TableRecord<CatalogAttribute>> records)
    {
        foreach (ref readonly var record in records)
        {
            if (record.Value is { } attribute)
                news.Enqueue((_, book, _) => book.Learn(attribute));
        }
    }

    private void OnAliases(int partition, ReadOnlySpan<TableRecord<CatalogAlias>> records)
    {
        foreach (ref readonly var record in records)
        {
            if (record.Key.Split('/', 2) is not [var of, var fingerprint] || of != partner)
                continue;
            var product = record.Value?.Product;
            news.Enqueue((known, _, aliases) =>
            {
                if (product is null)
                    aliases.Remove(fingerprint);
                else
                    aliases[fingerprint] = product;
                // The next listing is to look at it though its bytes have not changed.
                foreach (var item in known.All.Where(item => (item.Published?.Fingerprint ?? item.Product) == fingerprint))
                    item.RawSum = 0;
            });
            if (caughtUp)
                Volatile.Read(ref stirred).TrySetResult();
        }
    }

    private void OnPartners(int partition, ReadOnlySpan<TableRecord<CatalogPartner>> records)
    {
        foreach (ref readonly var record in records)
        {
            if (record.Key == partner)
                state = record.Value;
        }
    }

    private void OnItems(int partition, ReadOnlySpan<TableRecord<byte[]>> records)
    {
        foreach (ref readonly var record in records)
        {
            if (!record.KeyBytes.AsSpan().EndsWith(suffix))
                continue;
            if (record.Value is not { } bytes)
            {
                var product = record.Key[..^suffix.Length];
                news.Enqueue((known, _, _) => known.Remove(product));
                continue;
            }
            // Only its trace waits: a hundred thousand whole items would be a gigabyte.
            var item = items.Decode(bytes);
            var (key, trace, id) = (item.Product, new ItemTrace(item), ItemTrace.SumOf(item.PartnerId));
            news.Enqueue((known, _, _) => known.Learn(key, trace, id));
        }
        OldGarbage.CollectIfGrown();
    }

    private void OnOffers(int partition, ReadOnlySpan<TableRecord<byte[]>> records)
    {
        foreach (ref readonly var record in records)
        {
            var offer = record.Value is { } bytes ? offers.Decode(bytes) : null;
            if (!record.KeyBytes.AsSpan().EndsWith(suffix))
            {
                Others.Set(record.KeyBytes, offer);
                continue;
            }
            if (!loading.Contains(partition))
                continue;
            var product = record.Key[..^suffix.Length];
            news.Enqueue((known, _, _) => known.Of(product).Offer = offer is null
                ? (GuardedOffer?)null
                : new GuardedOffer(
                    offer.Price, offer.OldPrice, offer.Currency, offer.Available,
                    offer is { Held: { } held, HeldSince: { } since } ? new HeldPrice(held, since) : null));
        }
    }

    /// <summary>Leaves the bytes as they are: most records are another partner's.</summary>
    private sealed class RawBytes : IRecordDecoder<byte[]>
    {
        public static readonly RawBytes Instance = new();

        public byte[] Decode(ReadOnlySpan<byte> bytes) => bytes.ToArray();
    }
}
