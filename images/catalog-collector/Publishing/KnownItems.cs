using StockPipeline.Catalog.Listings;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.CatalogCollector.Publishing;

/// <summary>All products that the partner has, by key and by the partner's number. Used by one thread at a time.</summary>
internal sealed class KnownItems
{
    private readonly Dictionary<string, KnownItem> byProduct = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KnownItem> byId = new(StringComparer.Ordinal);

    public IReadOnlyCollection<KnownItem> All => byProduct.Values;

    public KnownItem? OfId(string? id) => id is null ? null : byId.GetValueOrDefault(id);

    public KnownItem? Find(string product) => byProduct.GetValueOrDefault(product);

    /// <summary>The entry of a product, made where there is none.</summary>
    public KnownItem Of(string product)
    {
        if (!byProduct.TryGetValue(product, out var known))
            byProduct.Add(product, known = new KnownItem(product));
        return known;
    }

    /// <summary>Remembers what was published.</summary>
    public KnownItem Learn(CatalogItem item)
    {
        var known = Of(item.Product);
        known.Hash = item.Hash;
        known.Fingerprint = item.Fingerprint;
        known.Times = new PropertyTimes(item);
        SetId(known, item.PartnerId);
        return known;
    }

    /// <summary>Remembers under which number the partner listed it last: one product has one, so that the numbers do not grow without end.</summary>
    public void SetId(KnownItem known, string id)
    {
        if (known.PartnerId == id)
            return;
        if (byId.GetValueOrDefault(known.PartnerId) == known)
            byId.Remove(known.PartnerId);
        known.PartnerId = id;
        if (id.Length > 0)
            byId[id] = known;
    }

    public void Remove(string product)
    {
        if (!byProduct.Remove(product, out var known))
            return;
        if (byId.GetValueOrDefault(known.PartnerId) == known)
            byId.Remove(known.PartnerId);
    }

    public void Clear()
    {
        byProduct.Clear();
        byId.Clear();
    }
}
