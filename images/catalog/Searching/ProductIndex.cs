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
    private readonly ProductMatching matching;
    private int[]? ordered;

    public ProductIndex() => matching = new ProductMatching(columns, words, brands, live);

    /// <summary>Puts a product in, in the place of what was known of it; one that is gone only goes.</summary>
    public void Put(IndexedProduct product)
    {
        Write(() =>
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
        });
    }

    /// <summary>Forgets the products of a partition, which is read anew.</summary>
    public void Forget(Func<int, bool> isOf)
    {
        Write(() =>
        {
            foreach (var id in columns.Ids().Where(isOf).ToList())
                Remove(id);
        });
    }

    public void ForgetKey(string key)
    {
        Write(() =>
        {
            if (columns.SlotOfKey(key) is { } slot)
                Remove(columns.IdOf[slot]);
        });
    }

    /// <summary>A partner's price that can be the best; null where it has none in the one currency, or nothing in stock.</summary>
    public void SetOffer(string key, string partner, double? price)
    {
        Write(() =>
        {
            offers.Set(key, partner, price);
            if (columns.SlotOfKey(key) is { } slot)
                offers.Price(columns, slot);
        });
    }

    /// <summary>The partners whose offers count from now on.</summary>
    public void SetFresh(IReadOnlyCollection<string> partners)
    {
        Write(() =>
        {
            offers.SetFresh(partners);
            foreach (var slot in live)
                offers.Price(columns, slot);
        });
    }

    /// <summary>The first of what follows a place, and how many there are in all.</summary>
    public IndexPage Find(ProductFilter filter, IndexPlace? after, int limit)
    {
        return Read(() =>
        {
            var found = matching.Find(filter);
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
        });
    }

    /// <summary>A page in the order of ids of the products whose name holds a text; an empty one is in all.</summary>
    public (IReadOnlyList<int> Ids, int Total) Page(string folded, long skip, int take)
    {
        return Read<(IReadOnlyList<int>, int)>(() =>
        {
            var all = Ordered();
            if (folded.Length == 0)
                return (skip >= all.Length ? [] : all[(int)skip..(int)Math.Min(all.Length, skip + take)], all.Length);
            var found = matching.Find(new ProductFilter { Text = folded });
            var ids = new List<int>();
            foreach (var slot in found)
            {
                if (columns.Folded[slot].Contains(folded, StringComparison.Ordinal))
                    ids.Add(columns.IdOf[slot]);
            }
            ids.Sort();
            return ([.. ids.Skip((int)Math.Min(skip, ids.Count)).Take(take)], ids.Count);
        });
    }

    /// <summary>A page in the order of ids of the groups of all products, of those of one name or of all: which group of which product.</summary>
    /// <param name="named">The numbers of groups that are called so wherever a product does not call them otherwise.</param>
    /// <param name="name">Folded; null for all.</param>
    /// <param name="skip">Groups before the page.</param>
    /// <param name="take">Groups of the page.</param>
    public (IReadOnlyList<(int Product, int Group)> Groups, int Total) Groups(ulong named, string? name, long skip, int take)
    {
        return Read<(IReadOnlyList<(int, int)>, int)>(() =>
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
        });
    }

    /// <summary>Brands with the number of their products, in the order of names.</summary>
    public IReadOnlyList<(string Brand, long Count)> Brands() => Read(() => ColumnSums.Brands(columns, live));

    /// <summary>The least and the greatest value of each attribute, and how many products have one.</summary>
    public IReadOnlyDictionary<int, (double Min, double Max, long Count)> Ranges() => Read(() => ColumnSums.Ranges(columns, live));

    public void Dispose()
    {
        matching.Dispose();
        gate.Dispose();
    }

    /// <summary>Words of a folded name as they are looked for: look-alikes among the letters make no difference.</summary>
    private static IEnumerable<string> WordsOf(string folded) =>
        folded.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(TextFold.WithoutLookAlikes);

    private T Read<T>(Func<T> ask)
    {
        gate.EnterReadLock();
        try
        {
            return ask();
        }
        finally
        {
            gate.ExitReadLock();
        }
    }

    private void Write(Action change)
    {
        gate.EnterWriteLock();
        try
        {
            change();
        }
        finally
        {
            gate.ExitWriteLock();
        }
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
