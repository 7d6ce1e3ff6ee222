using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace StockPipeline.Simulator.Partners;

/// <summary>One of the two shops: what it lists, and how an answer is written.</summary>
internal sealed class Shop(string partner, PartnersOptions options)
{
    public const string NetVideo = "net-video";
    public const string CountryLink = "country-link";

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly DateTimeOffset start = options.Clock.GetUtcNow();
    private readonly ConcurrentDictionary<string, int> places = new(StringComparer.Ordinal);
    private readonly ulong key = ShopDice.Key(options.Seed, partner);
    private readonly ulong everywhere = ShopDice.Key(options.Seed, "prices");
    private readonly Lock numbering = new();
    private int numbered;
    private long calls;

    public string Partner => partner;

    public string Path => partner == NetVideo ? NetVideoShop.Path : CountryLinkShop.Path;

    /// <summary>The places of a page: up to a limit of them, behind the product whose number is named.</summary>
    public IReadOnlyList<int> Page(int limit, string? after, IReadOnlyList<PartnerFault> faults)
    {
        if (faults.Any(fault => fault.Kind == PartnerFaultKind.EmptyList))
            return [];
        var count = Math.Min(limit, PartnersOptions.MaxProducts);
        if (options.IsRandom)
            return [.. Enumerable.Range(0, Math.Max(0, count))];
        var lost = faults.Where(fault => fault.Kind == PartnerFaultKind.LoseItems).ToList();
        var twice = faults.Where(fault => fault.Kind == PartnerFaultKind.DuplicateItem).ToList();
        var first = after is null ? 0 : PlaceOf(after) + 1;
        var page = new List<int>();
        for (var place = first; place < options.Products && page.Count < count; place++)
        {
            if (lost.Exists(fault => fault.Strikes(place)))
                continue;
            page.Add(place);
            if (twice.Exists(fault => fault.Strikes(place)) && page.Count < count)
                page.Add(place);
        }
        return page;
    }

    /// <summary>What an answer depends on: equal tags are equal answers.</summary>
    public string Tag(IReadOnlyList<int> page, int faultVersion)
    {
        var hash = new HashCode();
        hash.Add(partner, StringComparer.Ordinal);
        hash.Add(options.Seed);
        hash.Add(faultVersion);
        foreach (var place in page)
        {
            hash.Add(place);
            hash.Add(DrawOf(place));
        }
        return $"\"{page.Count}-{hash.ToHashCode():x8}\"";
    }

    public void Write(System.Buffers.IBufferWriter<byte> output, IReadOnlyList<int> page, IReadOnlyList<PartnerFault> faults)
    {
        using var json = new Utf8JsonWriter(output, Compact);
        var call = options.IsRandom ? Interlocked.Increment(ref calls) : 0;
        json.WriteStartObject();
        if (partner == NetVideo)
        {
            json.WriteBoolean("success", true);
            json.WriteStartArray("messages");
            json.WriteEndArray();
        }
        json.WriteStartArray(partner == NetVideo ? "body" : "data");
        foreach (var place in page)
        {
            var item = Item(place, call) with { Fault = FaultOf(place, faults) };
            if (partner == NetVideo)
                NetVideoShop.Write(json, item, options.Prices);
            else
                CountryLinkShop.Write(json, item, options.Prices);
        }
        json.WriteEndArray();
        json.WriteNumber("count", page.Count);
        json.WriteEndObject();
    }

    private static ItemFault FaultOf(int place, IReadOnlyList<PartnerFault> faults)
    {
        foreach (var fault in faults)
        {
            if (fault.OfItem is { } ofItem && fault.Strikes(place))
                return ofItem;
        }
        return ItemFault.None;
    }

    private ShopItem Item(int place, long call)
    {
        if (options.IsRandom)
        {
            var dice = ShopDice.Of(key, (call * PartnersOptions.MaxProducts) + place);
            return new ShopItem
            {
                Brand = dice.One(11, CardPool.Brands), Card = dice.One(12, CardPool.Cards), Dice = dice, Everywhere = dice, Draw = 0,
            };
        }
        return new ShopItem
        {
            Brand = CardPool.Brands[place % CardPool.Brands.Length], Card = ShopItem.CardOf(place),
            Dice = ShopDice.Of(key, place), Everywhere = ShopDice.Of(everywhere, place), Draw = DrawOf(place),
        };
    }

    /// <summary>How often a product's price has been drawn anew; each has its own phase, so that changes are spread over the time.</summary>
    private long DrawOf(int place) => options.Drift <= TimeSpan.Zero
        ? 0
        : ((options.Clock.GetUtcNow() - start).Ticks + ShopDice.Of(key, place).Below(13, 1000) * (options.Drift.Ticks / 1000))
            / options.Drift.Ticks;

    /// <summary>Where the product with that number stands; behind all where there is none.</summary>
    private int PlaceOf(string id)
    {
        // Clients go from page to page: most know only numbers that were counted before, and the next ones follow.
        if (places.TryGetValue(id, out var known))
            return known;
        lock (numbering)
        {
            for (; numbered < options.Products; numbered++)
            {
                if (places.TryGetValue(id, out known))
                    return known;
                places[IdOf(numbered)] = numbered;
            }
        }
        return places.TryGetValue(id, out known) ? known : options.Products;
    }

    private string IdOf(int place) => ShopDice.Of(key, place).Id(partner == NetVideo ? 0 : 2).ToString();
}
