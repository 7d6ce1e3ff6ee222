namespace StockPipeline.CatalogCollector.Publishing;

/// <summary>All products that the partner has, by key and by the partner's number. Used by one thread at a time.</summary>
internal sealed class KnownItems
{
    private readonly Dictionary<string, KnownItem> byProduct = new(StringComparer.Ordinal);
    private readonly Dictionary<ulong, KnownItem> byId = [];

    public IReadOnlyCollection<KnownItem> All => byProduct.Values;

    public KnownItem? OfId(string? id) => id is null ? null : byId.GetValueOrDefault(ItemTrace.SumOf(id));

    public KnownItem? Find(string product) => byProduct.GetValueOrDefault(product);

    /// <summary>The entry of a product, made where there is none.</summary>
    public KnownItem Of(string product)
    {
        if (!byProduct.TryGetValue(product, out var known))
            byProduct.Add(product, known = new KnownItem(product));
        return known;
    }

    /// <summary>Remembers what was published.</summary>
    public void Learn(string product, ItemTrace item, ulong id)
    {
        var known = Of(product);
        known.Published = item;
        SetId(known, id);
    }

    /// <summary>Remembers under which number the partner listed it last: one product has one, so that the numbers do not grow without end.</summary>
    public void SetId(KnownItem known, ulong id)
    {
        if (known.IdSum == id)
            return;
        if (byId.GetValueOrDefault(known.IdSum) == known)
            byId.Remove(known.IdSum);
        known.IdSum = id;
        if (id != 0)
            byId[id] = known;
    }

    public void Remove(string product)
    {
        if (!byProduct.Remove(product, out var known))
            return;
        if (byId.GetValueOrDefault(known.IdSum) == known)
            byId.Remove(known.IdSum);
    }

    public void Clear()
    {
        byProduct.Clear();
        byId.Clear();
    }
}
