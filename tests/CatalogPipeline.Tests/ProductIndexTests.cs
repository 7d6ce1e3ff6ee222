using CsCheck;
using StockPipeline.CatalogApi.Searching;

namespace StockPipeline.CatalogPipelineTests;

/// <summary>The index against a walk through a plain list, over random products, offers, questions and pages.</summary>
public sealed class ProductIndexTests
{
    private const int Groups = 3;

    private static readonly string[] Vocabulary = ["видеокарта", "msi", "asus", "rtx", "4070", "ti", "gaming", "x", "6600", "rx", "rтx", "v12"];
    private static readonly string[] Partners = ["country-link", "net-video", "a-shop"];

    [Fact]
    public void What_is_found_is_what_a_walk_through_all_products_would_find() => Gen.Int.Sample(
        seed =>
        {
            var random = new Random(seed);
            using var index = new ProductIndex();
            var model = new Model();
            for (var step = 0; step < 120; step++)
            {
                Change(random, index, model);
                if (step % 12 == 0)
                    Compare(random, index, model);
            }
        },
        iter: 60);

    [Fact]
    public void A_word_in_thousands_of_names_and_one_in_a_single_name_are_both_found_and_forgotten()
    {
        using var index = new ProductIndex();
        for (var id = 1; id <= 3_000; id++)
            index.Put(Product(id, $"видеокарта msi rtx n{id}", "MSI", [], 0, false));

        Assert.Equal(3_000, index.Find(new ProductFilter { Text = "rtx" }, null, 10).Total);
        Assert.Equal([17], index.Find(new ProductFilter { Text = "msi n17" }, null, 1).Ids);
        for (var id = 1; id <= 3_000; id++)
            index.Put(Product(id, "", "", [], 0, gone: true));
        Assert.Equal(0, index.Find(new ProductFilter(), null, 10).Total);
        Assert.Empty(index.Brands());
    }

    private static void Change(Random random, ProductIndex index, Model model)
    {
        switch (random.Next(10))
        {
            case < 6:
                var product = Product(random);
                index.Put(product);
                model.Products.RemoveAll(one => one.Id == product.Id);
                if (!product.Gone)
                    model.Products.Add(product);
                break;
            case < 9:
                var (key, partner) = ($"k{random.Next(1, 40)}", Partners[random.Next(3)]);
                double? price = random.Next(4) == 0 ? null : random.Next(1, 6);
                index.SetOffer(key, partner, price);
                model.Offers.Remove((key, partner));
                if (price is not null)
                    model.Offers[(key, partner)] = price.Value;
                break;
            default:
                model.Fresh = [.. Partners.Where(_ => random.Next(2) == 0)];
                index.SetFresh(model.Fresh);
                break;
        }
    }

    private static void Compare(Random random, ProductIndex index, Model model)
    {
        foreach (var sort in Enum.GetValues<ProductSort>())
        {
            var filter = Filter(random) with { Sort = sort };
            var expected = model.Find(filter);
            var seen = new List<int>();
            IndexPlace? place = null;
            var limit = random.Next(1, 7);
            do
            {
                var page = index.Find(filter, place, limit);
                Assert.Equal(expected.Count, page.Total);
                Assert.True(page.Ids.Count <= limit);
                seen.AddRange(page.Ids);
                place = page.Last;
            }
            while (place is not null);
            Assert.Equal(expected, seen);
        }
        var text = Vocabulary[random.Next(Vocabulary.Length)] + (random.Next(2) == 0 ? " " + Vocabulary[random.Next(Vocabulary.Length)] : "");
        var (skip, take) = (random.Next(10), random.Next(1, 10));
        var named = model.Products.Where(one => one.Folded.Contains(text, StringComparison.Ordinal)).Select(one => one.Id).Order().ToList();
        var (ids, total) = index.Page(text, skip, take);
        Assert.Equal((named.Count, string.Join(' ', named.Skip(skip).Take(take))), (total, string.Join(' ', ids)));

        var name = random.Next(2) == 0 ? null : "own";
        var called = model.Products.OrderBy(one => one.Id).SelectMany(one => Enumerable.Range(0, Groups)
            .Where(group => (one.Groups >> group & 1) == 1 && (name is null || Named(one, group) == name)).Select(group => (one.Id, group))).ToList();
        var (groups, count) = index.Groups(named: 0b010, name, skip, take);
        Assert.Equal(called.Count, count);
        Assert.Equal(called.Skip(skip).Take(take), groups);
        Assert.Equal(
            model.Products.GroupBy(one => one.BrandFolded)
                .Select(own => (Brand: own.Select(one => one.Brand).Order(StringComparer.Ordinal).First(), Count: own.LongCount()))
                .OrderBy(pair => pair.Brand, StringComparer.Ordinal),
            index.Brands());
        var lengths = model.Products.SelectMany(one => one.Numbers.Where(number => number.Attribute == 1).Select(number => number.Value)).ToList();
        Assert.Equal(lengths.Count, index.Ranges().TryGetValue(1, out var range) ? range.Count : 0);
        if (lengths.Count > 0)
            Assert.Equal((lengths.Min(), lengths.Max()), (range.Min, range.Max));
    }

    /// <summary>The dictionary calls the group 1 <c>own</c>; a product may call any of its groups so, or otherwise.</summary>
    private static string Named(IndexedProduct product, int group) =>
        product.OwnNames.FirstOrDefault(one => one.Group == group).Folded ?? (group == 1 ? "own" : "other");

    private static ProductFilter Filter(Random random) => new()
    {
        Text = random.Next(3) == 0 ? "" : string.Join(' ', Enumerable.Range(0, random.Next(1, 4)).Select(_ =>
        {
            var word = Vocabulary[random.Next(Vocabulary.Length)];
            return random.Next(2) == 0 ? word : word[..random.Next(1, word.Length + 1)];
        })),
        Brands = random.Next(3) == 0 ? ["msi", "asus"] : random.Next(3) == 0 ? ["msi"] : [],
        Ranges = random.Next(2) == 0 ? [] :
            [new AttributeRange(1, random.Next(2) == 0 ? null : random.Next(5), random.Next(2) == 0 ? null : random.Next(3, 9))],
        InStock = random.Next(3) switch { 0 => true, 1 => false, _ => null },
        PriceFrom = random.Next(3) == 0 ? random.Next(1, 4) : null,
        PriceTo = random.Next(3) == 0 ? random.Next(2, 6) : null,
    };

    private static IndexedProduct Product(Random random) => Product(
        random.Next(1, 40), string.Join(' ', Enumerable.Range(0, random.Next(1, 5)).Select(_ => Vocabulary[random.Next(Vocabulary.Length)])),
        random.Next(2) == 0 ? "MSI" : random.Next(2) == 0 ? "Msi" : "ASUS",
        random.Next(3) == 0 ? [] : [(1, random.Next(10))], random.Next(5), random.Next(6) == 0,
        (ulong)random.Next(1 << Groups), random.Next(4) == 0 ? [(random.Next(Groups), random.Next(2) == 0 ? "own" : "else")] : []);

    private static IndexedProduct Product(
        int id, string name, string brand, IReadOnlyList<(int, double)> numbers, long ticks, bool gone, ulong groups = 0,
        IReadOnlyList<(int Group, string Folded)>? own = null) => new()
        {
            Id = id, Key = $"k{id}", Gone = gone, Folded = name, Brand = brand, BrandFolded = brand.ToLowerInvariant(), ChangedTicks = ticks,
            // A name of its own has only a group that the product has.
            Groups = (own ?? []).Aggregate(groups, (all, one) => all | (1UL << one.Group)), OwnNames = own ?? [], Numbers = numbers,
        };

    private sealed class Model
    {
        public List<IndexedProduct> Products { get; } = [];

        public Dictionary<(string Key, string Partner), double> Offers { get; } = [];

        public string[] Fresh { get; set; } = [];

        public List<int> Find(ProductFilter filter)
        {
            var words = SearchText.Words(filter.Text);
            var found = Products.Where(one =>
            {
                var price = PriceOf(one);
                var number = one.Numbers.Where(number => number.Attribute == 1).Select(number => (double?)number.Value).FirstOrDefault();
                return words.All(word => one.Folded.Split(' ').Any(part => Plain(part).Contains(word, StringComparison.Ordinal)))
                    && (filter.Brands.Count == 0 || filter.Brands.Contains(one.BrandFolded))
                    && filter.Ranges.All(range => number is not null && !(number < range.From) && !(number > range.To))
                    && (filter.InStock is null || filter.InStock == price is not null)
                    && ((filter.PriceFrom is null && filter.PriceTo is null)
                        || (price is not null && !(price < (double?)filter.PriceFrom) && !(price > (double?)filter.PriceTo)));
            });
            return
            [
                .. (filter.Sort switch
                {
                    ProductSort.Name => found.OrderBy(one => one.Folded, StringComparer.Ordinal).ThenBy(one => one.Id),
                    ProductSort.Price => found.OrderBy(one => PriceOf(one) ?? double.PositiveInfinity).ThenBy(one => one.Id),
                    ProductSort.Changed => found.OrderByDescending(one => one.ChangedTicks).ThenByDescending(one => one.Id),
                    _ => found.OrderBy(one => one.Id),
                }).Select(one => one.Id),
            ];
        }

        private double? PriceOf(IndexedProduct product) =>
            Offers.Where(offer => offer.Key.Key == product.Key && Fresh.Contains(offer.Key.Partner)).Select(offer => (double?)offer.Value).Min();

        private static string Plain(string word) => word == "rтx" ? "rtx" : word;
    }
}
