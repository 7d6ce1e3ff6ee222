using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using StockPipeline.Catalog.Attributes;
using StockPipeline.Catalog.Listings;
using StockPipeline.Catalog.Offers;
using StockPipeline.CatalogCollector.Polling;
using StockPipeline.CatalogCollector.Publishing;
using StockPipeline.Contracts.Catalog;
using StockPipeline.Streaming;
using StockPipeline.Workers;

namespace StockPipeline.CatalogCollector;

/// <summary>
/// Turns one partner's listings into items and offers: what has not changed is not published, an item that cannot be read spoils no other, and
/// nothing is gone because one listing lacks it. Used by one loop.
/// </summary>
internal sealed class Collector(
    CollectorOptions options, KafkaClient kafka, PartnerTables tables, Publisher publisher, Listing listing, TimeProvider clock, ILogger log)
{
    private const int MaxRawBytes = 64 * 1024;

    /// <summary>Bad items remembered, so that each goes to the dead letters once and not with every listing.</summary>
    private const int MaxBadSums = 10_000;

    /// <summary>Leaping prices of one listing that are named one by one: a shop that takes one unit for another does it in all of them.</summary>
    private const int MaxLeapsSaid = 10;

    private readonly ItemReader reader = new(options.Partner, options.Currency);
    private readonly KnownItems known = new();
    private readonly AttributeBook book = new();
    private readonly Dictionary<string, string> aliases = new(StringComparer.Ordinal);
    private readonly HashSet<ulong> badSums = [];
    private readonly HashSet<string> saidRefused = new(StringComparer.Ordinal);
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private readonly List<KnownItem> moved = [];
    private readonly PriceGuard guard = new() { Patience = options.PricePatience };
    private ItemComposer? composer;
    private DateTimeOffset? completeAt;
    private DateTimeOffset now;
    private long number;
    private int bad;
    private int repeated;
    private int leaps;

    /// <summary>Items, offers and tombstones published by the last listing.</summary>
    public int Published { get; private set; }

    /// <summary>Prices of the last listing that are not believed yet.</summary>
    public int HeldPrices { get; private set; }

    /// <summary>Publishes the dictionary where the topic lacks it, and takes up where the last run of the partner ended.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await tables.Loaded.WaitAsync(cancellationToken);
        completeAt = tables.State?.CompleteAt;
        var stored = new AttributeBook();
        tables.Drain(known, stored, aliases);
        foreach (var attribute in stored.All)
            book.Learn(attribute);
        composer = new ItemComposer(options.Partner, book);
        foreach (var attribute in BuiltInAttributes.All.Where(one => one.Names.Any(name => name.Partner == options.Partner)))
            await publisher.DeliverAsync(book.Find(attribute.Code)!, cancellationToken);
    }

    /// <summary>Reads one listing and publishes what differs.</summary>
    /// <returns>How it went, as it stands in the topic now.</returns>
    public async Task<CatalogPartner> CollectAsync(CancellationToken cancellationToken)
    {
        if (tables.Stirred.IsCompleted)
            listing.Forget();
        tables.Drain(known, book, aliases);
        now = clock.GetUtcNow();
        number++;
        (bad, repeated, leaps, Published) = (0, 0, 0, 0);
        seen.Clear();
        moved.Clear();
        try
        {
            await listing.WalkAsync((place, item, raw) => TakeAsync(place, item, raw, cancellationToken), SeeAgain, cancellationToken);
        }
        catch (JsonException torn)
        {
            listing.Forget();
            return await SayAsync(PartnerState.Incomplete, $"the answer cannot be read: {torn.Message}", cancellationToken);
        }
        catch (PartnerUnavailableException away)
        {
            await SayAsync(PartnerState.Down, away.Message, cancellationToken);
            throw;
        }
        await DropMovedAsync(cancellationToken);
        await JudgeHeldAsync(cancellationToken);
        var missed = known.All.Where(item => item.Published is not null)
            .ToDictionary(item => item.Product, item => item.Missed, StringComparer.Ordinal);
        var verdict = new ListingJudge { MaxLoss = options.MaxLoss }.Judge(options.Listing == ListingKind.Whole, missed, seen, bad);
        if (verdict.State == PartnerState.Complete)
            await DropAsync(verdict, cancellationToken);
        if (verdict.State is PartnerState.Complete or PartnerState.Sample)
            completeAt = now;
        else
            listing.Forget();
        OldGarbage.CollectIfGrown();
        foreach (var name in composer!.Refused.Where(saidRefused.Add))
            Log.AttributeRefused(log, options.Partner, name);
        if (leaps > MaxLeapsSaid)
            Log.PricesLeap(log, options.Partner, leaps);
        if (repeated > 0)
            Log.Repeated(log, options.Partner, repeated);
        return await SayAsync(verdict.State, verdict.Reason, cancellationToken);
    }

    private async Task<CatalogPartner> SayAsync(PartnerState state, string? error, CancellationToken cancellationToken)
    {
        var partner = new CatalogPartner
        {
            Partner = options.Partner, State = state, Products = seen.Count, BadItems = bad, CompleteAt = completeAt, TriedAt = now, Error = error,
            HeldPrices = HeldPrices,
        };
        await publisher.DeliverAsync(partner, cancellationToken);
        return partner;
    }

    private void SeeAgain(IReadOnlyList<string> products)
    {
        foreach (var product in products)
        {
            if (known.Find(product) is { } item)
                See(item);
        }
    }

    private void See(KnownItem item)
    {
        seen.Add(item.Product);
        item.Missed = 0;
        item.Listing = number;
    }

    private async ValueTask<string?> TakeAsync(int place, JsonElement element, ReadOnlyMemory<byte> raw, CancellationToken cancellationToken)
    {
        var sum = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(raw.Span));
        var before = known.OfId(reader.IdOf(element));
        if (before is not null && before.RawSum == sum && before.Listing != number)
        {
            See(before);
            return before.Product;
        }
        try
        {
            return await TakeAsync(reader.Read(element), before, sum, cancellationToken);
        }
        catch (FormatException refused)
        {
            bad++;
            if (badSums.Count >= MaxBadSums)
                badSums.Clear();
            if (badSums.Add(sum))
            {
                Log.ItemRefused(log, options.Partner, place, refused.Message);
                await kafka.PutAsideAsync(
                    options.Partner, place, Encoding.UTF8.GetBytes(reader.IdOf(element) ?? ""), raw[..Math.Min(raw.Length, MaxRawBytes)].ToArray(),
                    refused, cancellationToken);
            }
            // It is there, though it cannot be read: it is not missing.
            if (before is not null)
                See(before);
            return before?.Product;
        }
    }

    private async ValueTask<string?> TakeAsync(ReadItem read, KnownItem? before, ulong sum, CancellationToken cancellationToken)
    {
        var item = composer!.Compose(read, fingerprint => aliases.GetValueOrDefault(fingerprint, fingerprint), null, now);
        foreach (var attribute in composer.TakeAdded())
        {
            if (attribute.Unmapped)
                Log.Unmapped(log, options.Partner, attribute.Name, attribute.Code);
            await publisher.DeliverAsync(attribute, cancellationToken);
        }
        if (before is not null && before.Product != item.Product)
            moved.Add(before);
        var entry = known.Of(item.Product);
        if (entry.Listing == number)
        {
            // Twice in one listing: the first word holds, or the record would flicker with every listing.
            repeated++;
            return entry.Product;
        }
        if (entry.Published?.Hash != ItemTrace.HashOf(item))
        {
            item = entry.Published?.Times.Keep(item) ?? item;
            await publisher.SendAsync(item, cancellationToken);
            entry.Published = new ItemTrace(item);
            Published++;
        }
        known.SetId(entry, ItemTrace.SumOf(item.PartnerId));
        entry.RawSum = sum;
        See(entry);
        await OfferAsync(entry, read.Price, cancellationToken);
        return entry.Product;
    }

    private async ValueTask OfferAsync(KnownItem entry, ReadPrice? price, CancellationToken cancellationToken)
    {
        GuardedOffer? offer = price is null
            ? null
            : guard.Judge(price, entry.Offer, tables.Others.Of(entry.Product, price.Currency), now);
        if (offer == entry.Offer)
            return;
        if (offer is not { } said)
        {
            await publisher.WithdrawOfferAsync(entry.Product, entry.Offer!.Value, now, cancellationToken);
        }
        else
        {
            if (said.Held is { } held && held.Since == now && ++leaps <= MaxLeapsSaid)
                Log.PriceLeaps(log, options.Partner, entry.Product, entry.Offer is { IsBelieved: true } was ? was.Price : null, held.Price);
            await publisher.SendAsync(entry.Product, said, entry.Offer, now, cancellationToken);
        }
        entry.Offer = offer;
        Published++;
    }

    /// <summary>
    /// Looks again at prices that are held: what is said for long enough, or what another partner asks by now too, is believed, though the bytes of
    /// the item have not changed.
    /// </summary>
    private async Task JudgeHeldAsync(CancellationToken cancellationToken)
    {
        HeldPrices = 0;
        foreach (var item in known.All)
        {
            if (item.Offer is not { Held: { } held } offer)
                continue;
            if (item.Listing == number)
                await OfferAsync(item, new ReadPrice(held.Price, null, offer.Currency, offer.Available), cancellationToken);
            if (item.Offer is { Held: not null })
                HeldPrices++;
            else
                Log.PriceBelieved(log, options.Partner, item.Product, held.Price);
        }
    }

    /// <summary>What has another name under the same number is another product; under the old name there is nothing any more.</summary>
    private async Task DropMovedAsync(CancellationToken cancellationToken)
    {
        foreach (var item in moved.Where(item => item.Listing != number))
        {
            Log.Renamed(log, options.Partner, item.Product);
            await DropAsync(item, cancellationToken);
        }
    }

    private async Task DropAsync(ListingVerdict verdict, CancellationToken cancellationToken)
    {
        foreach (var product in verdict.Missing)
            known.Find(product)!.Missed++;
        foreach (var product in verdict.Dropped)
            await DropAsync(known.Find(product)!, cancellationToken);
        if (verdict.Dropped.Count > 0)
            Log.Dropped(log, options.Partner, verdict.Dropped.Count);
    }

    private async Task DropAsync(KnownItem item, CancellationToken cancellationToken)
    {
        await publisher.DropAsync(item.Product, item.Offer, now, cancellationToken);
        known.Remove(item.Product);
        Published++;
    }
}
