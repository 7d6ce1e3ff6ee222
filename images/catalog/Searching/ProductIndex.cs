using StockPipeline.Catalog.Naming;

namespace StockPipeline.CatalogApi.Searching;

/// <summary>
/// All that lists are chosen and ordered by, in memory: words, brands, numbers, groups, the best price. It is filled from the topics as the tables
/// are, and holds nothing that is shown but the ids. One thread writes; any may ask.
/// </summary>
internal sealed class ProductIndex : IDisposable
{
    private readonly ReaderWriterLockSlim gate = new();
    private readonly ProductColumns columns = new();
    private readonly WordIndex words = new();
    private readonly WordIndex brands = new();
    private readonly SlotSet live = new(1024);
    private readonly OfferBook offers = new();
    private readonly ThreadLocal<(SlotSet Found, SlotSet Word)> scratch = new(() => (new SlotSet(1024), new SlotSet(1024)));
    private int[]? ordered;

    /// <summary>Puts a product in, in the place of what was known of it; one that is gone only goes.</summary>
    public void Put(IndexedProduct product)
    {
        gate.EnterWriteLock();
        try
        {
            Remove(product.Id);
            if (product.Gone)
                return;
            var slot = columns.Add(product);
            words.Add(slot, WordsOf(product.Folded));
            columns.Brands[slot] = brands.Add(slot, [product.BrandFolded]);
            live.Add(slot);
            offers.Price(columns, slot);
            ordered = null;
        }
        finally
        {
            gate.ExitWriteLock();
        }
    }

    /// <summary>Forgets the products of a partition, which is read anew.</summary>
    public void Forget(Func<int, bool> isOf)
    {
        gate.EnterWriteLock();
        try
        {
            foreach (var id in columns.Ids().Where(isOf).ToList())
                Remove(id);
        }
        finally
        {
            gate.ExitWriteLock();
        }
    }

    public void ForgetKey(string key)
    {
        gate.EnterWriteLock();
        try
        {
            if (columns.SlotOfKey(key) is { } slot)
                Remove(columns.IdOf[slot]);
        }
        finally
        {
            gate.ExitWriteLock();
        }
    }

    /// <summary>A partner's price that can be the best; null where it has none in the one currency, or nothing in stock.</summary>
    public void SetOffer(string key, string partner, double? price)
    {
        gate.EnterWriteLock();
        try
        {
            offers.Set(key, partner, price);
            if (columns.SlotOfKey(key) is { } slot)
                offers.Price(columns, slot);
        }
        finally
        {
            gate.ExitWriteLock();
        }
    }

    /// <summary>The partners whose offers count from now on.</summary>
    public void SetFresh(IReadOnlyCollection<string> partners)
    {
        gate.EnterWriteLock();
        try
        {
            offers.SetFresh(partners);
            foreach (var slot in live)
                offers.Price(columns, slot);
        }
        finally
        {
            gate.ExitWriteLock();
        }
    }

    /// <summary>The first of what follows a place, and how many there are in all.</summary>
    public IndexPage Find(ProductFilter filter, IndexPlace? after, int limit)
    {
        gate.EnterReadLock();
        try
        {
            var found = Matching(filter);
            var order = new SlotOrder(columns, filter.Sort);
            // The root is the last of the best so far: what does not come before it is passed over with one comparison.
            var best = new PriorityQueue<int, int>(limit + 1, order.Reversed);
            var total = 0;
            foreach (var slot in found)
            {
                total++;
                if (after is not null && order.Compare(slot, after) <= 0)
                    continue;
                if (best.Count <= limit)
                    best.Enqueue(slot, slot);
                else if (order.Compare(slot, best.Peek()) < 0)
                    best.EnqueueDequeue(slot, slot);
            }
            var hasMore = best.Count > limit;
            if (hasMore)
                best.Dequeue();
            var slots = new int[best.Count];
            for (var i = slots.Length - 1; i >= 0; i--)
                slots[i] = best.Dequeue();
            return new IndexPage(
                [.. slots.Select(slot => columns.IdOf[slot])], total, hasMore && slots.Length > 0 ? order.PlaceOf(slots[^1]) : null);
        }
        finally
        {
            gate.ExitReadLock();
        }
    }

    /// <summary>A page in the order of ids of the products whose name holds a text; an empty one is in all.</summary>
    public (IReadOnlyList<int> Ids, int Total) Page(string folded, long skip, int take)
    {
        gate.EnterReadLock();
        try
        {
            var all = Ordered();
            if (folded.Length == 0)
                return (skip >= all.Length ? [] : all[(int)skip..(int)Math.Min(all.Length, skip + take)], all.Length);
            var found = Matching(new ProductFilter { Text = folded });
            var ids = new List<int>();
            foreach (var slot in found)
            {
                if (columns.Folded[slot].Contains(folded, StringComparison.Ordinal))
                    ids.Add(columns.IdOf[slot]);
            }
            ids.Sort();
            return ([.. ids.Skip((int)Math.Min(skip, ids.Count)).Take(take)], ids.Count);
        }
        finally
        {
            gate.ExitReadLock();
        }
    }

    /// <summary>A page in the order of ids of the groups of all products, of those of one name or of all: which group of which product.</summary>
    /// <param name="named">The numbers of groups that are called so wherever a product does not call them otherwise.</param>
    /// <param name="name">Folded; null for all.</param>
    /// <param name="skip">Groups before the page.</param>
    /// <param name="take">Groups of the page.</param>
    public (IReadOnlyList<(int Product, int Group)> Groups, int Total) Groups(ulong named, string? name, long skip, int take)
    {
        gate.EnterReadLock();
        try
        {
            var page = new List<(int, int)>(take);
            var total = 0;
            foreach (var id in Ordered())
            {
                var slot = columns.SlotOfId(id)!.Value;
                var groups = columns.GroupsCalled(slot, named, name);
                var count = System.Numerics.BitOperations.PopCount(groups);
                if (total + count > skip && page.Count < take)
                {
                    for (var (left, at) = (groups, (long)total); left != 0 && page.Count < take; left &= left - 1, at++)
                    {
                        if (at >= skip)
                            page.Add((id, System.Numerics.BitOperations.TrailingZeroCount(left)));
                    }
                }
                total += count;
            }
            return (page, total);
        }
        finally
        {
            gate.ExitReadLock();
        }
    }

    /// <summary>Brands with the number of their products, in the order of names.</summary>
    public IReadOnlyList<(string Brand, long Count)> Brands()
    {
        gate.EnterReadLock();
        try
        {
            var counts = new Dictionary<string, (string Name, long Count)>(StringComparer.Ordinal);
            foreach (var slot in live)
            {
                var (folded, name) = (columns.Brands[slot], columns.BrandNames[slot]);
                counts[folded] = counts.TryGetValue(folded, out var known)
                    ? (string.CompareOrdinal(name, known.Name) < 0 ? name : known.Name, known.Count + 1)
                    : (name, 1);
            }
            return [.. counts.Values.OrderBy(one => one.Name, StringComparer.Ordinal)];
        }
        finally
        {
            gate.ExitReadLock();
        }
    }

    /// <summary>The least and the greatest value of each attribute, and how many products have one.</summary>
    public IReadOnlyDictionary<int, (double Min, double Max, long Count)> Ranges()
    {
        gate.EnterReadLock();
        try
        {
            var ranges = new Dictionary<int, (double, double, long)>();
            foreach (var (attribute, values) in columns.Numbers)
            {
                var (min, max, count) = (double.PositiveInfinity, double.NegativeInfinity, 0L);
                foreach (var slot in live)
                {
                    if (slot < values.Length && !double.IsNaN(values[slot]))
                        (min, max, count) = (Math.Min(min, values[slot]), Math.Max(max, values[slot]), count + 1);
                }
                if (count > 0)
                    ranges[attribute] = (min, max, count);
            }
            return ranges;
        }
        finally
        {
            gate.ExitReadLock();
        }
    }

    public void Dispose()
    {
        scratch.Dispose();
        gate.Dispose();
    }

    /// <summary>Words of a folded name as they are looked for: look-alikes among the letters make no difference.</summary>
    private static IEnumerable<string> WordsOf(string folded) =>
        folded.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(TextFold.WithoutLookAlikes);

    private SlotSet Matching(ProductFilter filter)
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

    private int[] Ordered()
    {
        // Several may sort at once; each makes the same.
        var known = Volatile.Read(ref ordered);
        if (known is not null)
            return known;
        int[] ids = [.. columns.Ids().Order()];
        Volatile.Write(ref ordered, ids);
        return ids;
    }

    private void Remove(int id)
    {
        if (columns.SlotOfId(id) is not { } slot)
            return;
        words.Remove(slot, WordsOf(columns.Folded[slot]));
        brands.Remove(slot, [columns.Brands[slot]]);
        live.Remove(slot);
        columns.Remove(slot);
        ordered = null;
    }
}
