using StockPipeline.Catalog.Merging;
using StockPipeline.Contracts.Catalog;
using StockPipeline.Contracts.Topics;

namespace StockPipeline.CatalogMerger;

/// <summary>
/// The products of one partition: what partners say of each and what was published of it. Publishes a record when what follows from the items is
/// another one than that, so a restart, a repetition or another order of arrival publishes nothing. Once caught up, what was published is what
/// follows from the words, and is made of them again where it is asked for: the words alone are kept. Used by one thread.
/// </summary>
internal sealed class PartitionProducts(
    int partition, MergeRules rules, PackedWords items, PackedRecords<CatalogProduct> products, IProductOutput output,
    TimeProvider clock)
{
    /// <summary>Above it ids of properties would not fit the 32 bits that clients know them in.</summary>
    private const int MaxNumber = int.MaxValue / CatalogAttribute.Numbers;

    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private readonly HashSet<string> touched = new(StringComparer.Ordinal);

    /// <summary>Words that have just been read, by what is kept of them: until they are published they need not be unpacked again.</summary>
    private readonly Dictionary<byte[], CatalogItem> read = [];

    private int counter;
    private bool isCaughtUp;
    private ProductMerge merge = new(rules, _ => true);
    private IReadOnlySet<string> fresh = new HashSet<string>();

    /// <summary>Products that somebody has.</summary>
    public int Count => entries.Values.Count(entry => entry is { IsGone: false, Number: > 0 });

    /// <summary>Takes a partner's word on a product; without an item it has none any more.</summary>
    public void Take(string product, string partner, CatalogItem? item)
    {
        var entry = Of(product);
        // The words that what was published follows from.
        entry.Before ??= entry.Words;
        var others = entry.Words.Where(word => word.Partner != partner);
        entry.Words = item is null ? [.. others] : [.. others, Packed(partner, item)];
        touched.Add(product);
    }

    /// <summary>Takes what was published before.</summary>
    public void TakePublished(CatalogProduct product)
    {
        var entry = Of(product.Key);
        Remember(entry, product);
        entry.Published = products.Pack(product);
        counter = Math.Max(counter, (product.Number / CatalogTopics.ProductPartitions) + 1);
        touched.Add(product.Key);
    }

    /// <summary>All has been read: from here on, and now for all, differences are published.</summary>
    public void CaughtUp(IReadOnlySet<string> freshPartners)
    {
        isCaughtUp = true;
        Believe(freshPartners);
        Publish();
    }

    /// <summary>Publishes what follows from the words taken since the last call.</summary>
    public void Publish()
    {
        if (!isCaughtUp)
            return;
        Publish(merge);
    }

    /// <summary>Other partners are fresh: where partners differ, another one may be right now.</summary>
    public void Refresh(IReadOnlySet<string> freshPartners)
    {
        if (!isCaughtUp || fresh.SetEquals(freshPartners))
            return;
        var believed = merge;
        Believe(freshPartners);
        touched.UnionWith(entries.Where(pair => pair.Value.DependsOnFreshness).Select(pair => pair.Key));
        Publish(believed);
    }

    private void Believe(IReadOnlySet<string> freshPartners)
    {
        fresh = freshPartners;
        merge = new ProductMerge(rules, fresh.Contains);
    }

    private Entry Of(string product)
    {
        if (!entries.TryGetValue(product, out var entry))
            entries.Add(product, entry = new Entry());
        return entry;
    }

    /// <param name="believed">How the words were merged that were published last.</param>
    private void Publish(ProductMerge believed)
    {
        // In the order of keys, so that new products get the same numbers in whatever order their items came.
        foreach (var key in touched.Order(StringComparer.Ordinal))
        {
            var entry = entries[key];
            Publish(key, entry, Published(key, entry, believed));
            (entry.Before, entry.Published) = (null, null);
        }
        touched.Clear();
        read.Clear();
    }

    private Word Packed(string partner, CatalogItem item)
    {
        var packed = items.Of(partner).Pack(item);
        if (isCaughtUp)
            read[packed] = item;
        return new Word(partner, packed);
    }

    /// <summary>What was published of a product last; null where nothing was.</summary>
    private CatalogProduct? Published(string key, Entry entry, ProductMerge believed)
    {
        if (entry.Published is { } packed)
            return products.Unpack(packed);
        if (entry.Number == 0)
            return null;
        var product = entry.IsGone ? Gone(key) : believed.Merge(key, WordsOf(entry.Before ?? entry.Words))!;
        return product with { Number = entry.Number, Revision = entry.Revision };
    }

    private CatalogItem[] WordsOf(Word[] words) =>
        [.. words.Select(word => read.GetValueOrDefault(word.Packed) ?? items.Of(word.Partner).Unpack(word.Packed))];

    private void Publish(string key, Entry entry, CatalogProduct? before)
    {
        var words = WordsOf(entry.Words);
        entry.DependsOnFreshness = ProductMerge.DependsOnFreshness(words);
        var merged = merge.Merge(key, words);
        if (merged is null && before is null or { Gone: true })
            return;
        var number = before?.Number ?? NextNumber();
        var product = (merged ?? Gone(key)) with { Number = number, Revision = before?.Revision ?? 0 };
        // Other words make another record; only where they are the same it has to be looked at as a whole.
        if (before is not null && before.Sources.SequenceEqual(product.Sources) && products.Same(before, product))
            return;
        product = product with { Revision = product.Revision + 1 };
        // The changes stand before the record: a stop between them says them twice, under the same revision, and never not at all.
        foreach (var change in ProductDiff.Of(before, product, clock.GetUtcNow()))
            output.Send(change);
        output.Send(product);
        Remember(entry, product);
    }

    private int NextNumber()
    {
        var number = partition + (CatalogTopics.ProductPartitions * counter++);
        return number is > 0 and <= MaxNumber
            ? number
            // Clients take 0 for no number.
            : number == 0
                ? NextNumber()
                : throw new InvalidOperationException($"More than {MaxNumber} products cannot have numbers.");
    }

    private CatalogProduct Gone(string key) => new()
    {
        Key = key, Number = 0, Revision = 0, Gone = true, Name = CatalogField.None, Brand = CatalogField.None, Description = CatalogField.None,
        ChangedAt = clock.GetUtcNow(),
    };

    private static void Remember(Entry entry, CatalogProduct product) =>
        (entry.Number, entry.Revision, entry.IsGone) = (product.Number, product.Revision, product.Gone);

    private sealed class Entry
    {
        public Word[] Words { get; set; } = [];

        /// <summary>The words that came before those that have come since the last publishing; null where none has.</summary>
        public Word[]? Before { get; set; }

        /// <summary>What the topic holds, until it has been compared with what follows from the words.</summary>
        public byte[]? Published { get; set; }

        /// <summary>Zero while nothing was published.</summary>
        public int Number { get; set; }

        public int Revision { get; set; }

        public bool IsGone { get; set; }

        public bool DependsOnFreshness { get; set; }
    }

    private readonly record struct Word(string Partner, byte[] Packed);
}
