namespace StockPipeline.CatalogApi.Searching;

/// <summary>Finds the products that pass a filter: words, then brands, numbers and prices, each among what is left. Used under a lock.</summary>
internal sealed class ProductMatching(ProductColumns columns, WordIndex words, WordIndex brands, SlotSet live) : IDisposable
{
    private readonly ThreadLocal<(SlotSet Found, SlotSet Word)> scratch = new(() => (new SlotSet(1024), new SlotSet(1024)));

    /// <summary>The products that pass; the set is the thread's own, until it asks again.</summary>
    public SlotSet Find(ProductFilter filter)
    {
        var (found, word) = scratch.Value;
        found.CopyFrom(live);
        foreach (var text in SearchText.Words(filter.Text))
        {
            words.Find(text, word);
            found.IntersectWith(word);
        }
        if (filter.Brands.Count > 0)
        {
            word.Clear();
            foreach (var brand in filter.Brands)
                brands.FindWhole(brand, word);
            found.IntersectWith(word);
        }
        foreach (var range in filter.Ranges)
        {
            var values = columns.Numbers.GetValueOrDefault(range.Attribute) ?? [];
            var (from, to) = (range.From ?? double.NegativeInfinity, range.To ?? double.PositiveInfinity);
            foreach (var slot in found)
            {
                // What has no number is within no range: no comparison with it holds.
                if (!(slot < values.Length && values[slot] >= from && values[slot] <= to))
                    found.Remove(slot);
            }
        }
        if (filter.InStock is null && filter.PriceFrom is null && filter.PriceTo is null)
            return found;
        var isPriced = filter.PriceFrom is not null || filter.PriceTo is not null;
        var (least, most) = ((double)(filter.PriceFrom ?? 0), filter.PriceTo is { } limit ? (double)limit : double.MaxValue);
        foreach (var slot in found)
        {
            var price = columns.Prices[slot];
            if ((isPriced && !(price >= least && price <= most)) || (filter.InStock is { } wanted && wanted != double.IsFinite(price)))
                found.Remove(slot);
        }
        return found;
    }

    public void Dispose() => scratch.Dispose();
}
