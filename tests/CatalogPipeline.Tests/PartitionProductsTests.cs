using CsCheck;
using StockPipeline.Avro.Records.Catalog;
using StockPipeline.Catalog.Merging;
using StockPipeline.CatalogMerger;
using StockPipeline.CatalogTests;
using StockPipeline.Contracts.Catalog;
using StockPipeline.Testing;

namespace StockPipeline.CatalogPipelineTests;

/// <summary>The merger of one partition, killed at random and told everything again in any order, against one that was left alone.</summary>
public sealed class PartitionProductsTests
{
    private static readonly string[] Keys = ["msi-geforce-rtx-4070", "asus-geforce-rtx-4070", "palit-geforce-gtx-960", "msi-radeon-rx-550"];

    [Fact]
    public void However_often_it_is_killed_and_in_whatever_order_it_reads_again_the_same_records_with_the_same_numbers_come_out() =>
        Gen.Select(Steps, Gen.Int).Sample((steps, seed) =>
        {
            var random = new Random(seed);
            using var undisturbed = new Topic();
            using var killed = new Topic();
            foreach (var step in steps)
            {
                undisturbed.Apply(step);
                undisturbed.Merger.Publish();
                // What is read and not yet merged is lost with the process; the topic has it still.
                killed.Apply(step);
                if (random.Next(3) > 0)
                    killed.Merger.Publish();
                if (random.Next(3) == 0)
                    killed.Restart(random);
            }
            killed.Restart(random);
            var said = killed.Said;
            killed.Restart(random);

            Assert.Equal(said, killed.Said);
            Assert.Equal(undisturbed.Whole(), killed.Whole());
            Assert.Equal(killed.Published.Count, killed.Published.Values.Select(product => product.Number).Distinct().Count());
            Assert.All(killed.Published.Values, product => Assert.InRange(product.Number, 1, int.MaxValue));
        });

    [Fact]
    public void Nothing_becomes_another_without_a_change_that_says_so() =>
        Steps.Sample(steps =>
        {
            using var topic = new Topic();
            foreach (var step in steps)
            {
                var before = topic.Published.ToDictionary(pair => pair.Key, pair => pair.Value);
                topic.Changes.Clear();
                topic.Apply(step);
                topic.Merger.Publish();

                foreach (var (key, after) in topic.Published)
                {
                    var said = topic.Changes.Where(change => change.Product == key).ToList();
                    if (!before.TryGetValue(key, out var was) || was.Revision != after.Revision)
                        Assert.All(said, change => Assert.Equal(after.Revision, change.Revision));
                    else
                        Assert.Empty(said);
                    if (was is { Gone: false } && !after.Gone && Shown(was) != Shown(after))
                        Assert.NotEmpty(said);
                    if (was?.Gone != after.Gone)
                        Assert.Equal(CatalogChange.ProductField, Assert.Single(said).Field);
                }
            }
        });

    private static Gen<Step[]> Steps => Gen.Select(
        Gen.Int[0, Keys.Length - 1], Some.Item, Gen.Int[0, 9], Gen.Int[0, 7],
        (key, item, what, fresh) => new Step(Keys[key], item, IsGone: what < 2, Fresh: what == 9 ? fresh : null)).Array[1, 30];

    private static string Shown(CatalogProduct product) => string.Join('|', product.Properties.Select(one => $"{one.Attribute}={one.Value.Display}")
        .Append(product.Name.Value).Append(product.Brand.Value).Append(product.Description.Value));

    /// <summary>One partner's new word on a product, or that it has none any more; or that others are fresh from now on.</summary>
    private sealed record Step(string Key, CatalogItem Item, bool IsGone, int? Fresh);

    /// <summary>The two topics as compaction leaves them, and the merger between them.</summary>
    private sealed class Topic : IProductOutput, IDisposable
    {
        private readonly PackedWords packedItems = new();
        private readonly PackedRecords<CatalogProduct> packedProducts = new(CatalogFormats.Product);
        private readonly Dictionary<(string Product, string Partner), CatalogItem> items = [];
        private IReadOnlySet<string> fresh = Some.Partners.ToHashSet();

        public Topic()
        {
            Merger = Make();
            Merger.CaughtUp(fresh);
        }

        public PartitionProducts Merger { get; private set; }

        public Dictionary<string, CatalogProduct> Published { get; } = new(StringComparer.Ordinal);

        public List<CatalogChange> Changes { get; } = [];

        public int Said { get; private set; }

        public void Apply(Step step)
        {
            if (step.Fresh is { } chosen)
            {
                fresh = Some.Partners.Where((_, at) => (chosen >> at & 1) == 1).ToHashSet();
                Merger.Refresh(fresh);
                return;
            }
            var partner = step.Item.Partner;
            var item = step.IsGone ? null : step.Item with { Product = step.Key, Fingerprint = step.Key };
            if (item is null)
                items.Remove((step.Key, partner));
            else
                items[(step.Key, partner)] = item;
            Merger.Take(step.Key, partner, item);
        }

        /// <summary>Another process reads both topics: older states of some products too, for not all is compacted yet, and in any order.</summary>
        public void Restart(Random random)
        {
            Merger = Make();
            var reads = new List<Action>();
            foreach (var ((product, partner), item) in items)
            {
                if (random.Next(4) == 0)
                    Merger.Take(product, partner, item with { Description = "older" });
                reads.Add(() => Merger.Take(product, partner, item));
            }
            foreach (var product in Published.Values)
                reads.Add(() => Merger.TakePublished(product));
            var order = reads.ToArray();
            random.Shuffle(order);
            foreach (var read in order)
                read();
            Merger.CaughtUp(fresh);
        }

        /// <summary>All that the topic holds, but for how often it changed. A product that came and went between two looks never was.</summary>
        public string Whole() => string.Join('\n', Published.Values.Where(product => !product.Gone)
            .OrderBy(product => product.Key, StringComparer.Ordinal)
            .Select(product => $"{product.Key} {Some.BytesOf(product with { Number = 0, Revision = 0 })}"));

        public void Send(CatalogChange change) => Changes.Add(change);

        public void Send(CatalogProduct product)
        {
            if (Published.TryGetValue(product.Key, out var before))
                Assert.Equal((before.Number, before.Revision + 1), (product.Number, product.Revision));
            Published[product.Key] = product;
            Said++;
        }

        public void Dispose()
        {
            packedItems.Dispose();
            packedProducts.Dispose();
        }

        private PartitionProducts Make() =>
            new(3, MergeRules.Default, packedItems, packedProducts, this, new ManualClock(Some.Start));
    }
}
