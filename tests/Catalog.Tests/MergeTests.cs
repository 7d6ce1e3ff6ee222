using CsCheck;
using StockPipeline.Catalog.Attributes;
using StockPipeline.Catalog.Merging;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.CatalogTests;

public sealed class MergeTests
{
    private static readonly ProductMerge Merge = new(MergeRules.Default, _ => true);

    [Fact]
    public void The_record_is_the_same_in_whatever_order_and_however_often_items_came() =>
        Gen.Select(Some.Item.Array[0, 12], Gen.Int[0, int.MaxValue]).Sample((items, seed) =>
        {
            // The last word of each partner is what the topic holds, whatever came before it and between.
            var last = items.GroupBy(item => item.Partner).Select(own => own.Last()).ToArray();
            var shuffled = last.ToArray();
            new Random(seed).Shuffle(shuffled);

            Assert.Equal(Some.BytesOf(Merge.Merge(Some.Key, last)), Some.BytesOf(Merge.Merge(Some.Key, shuffled)));
        });

    [Fact]
    public void Each_value_is_the_one_that_the_order_of_precedence_names() =>
        Gen.Select(Some.Item.Array[0, 8], Some.OneOf(Some.Partners).Array[0, 4]).Sample((all, fresh) =>
        {
            var items = all.DistinctBy(item => item.Partner).ToArray();
            var product = new ProductMerge(MergeRules.Default, fresh.Contains).Merge(Some.Key, items);

            Assert.Equal(items.Any(item => item.Name is not null), product is not null);
            foreach (var property in product?.Properties ?? [])
                Assert.Equal(Winner(property.Attribute, items, fresh), property.Partner);
        });

    [Fact]
    public void Nothing_that_a_partner_said_is_lost() =>
        Some.Item.Array[1, 8].Sample(all =>
        {
            var items = all.DistinctBy(item => item.Partner).ToArray();
            if (Merge.Merge(Some.Key, items) is not { } product)
                return;

            foreach (var said in items.SelectMany(item => item.Properties.Select(property => (item.Partner, Property: property))))
            {
                var merged = product.Properties.Single(property => property.Attribute == said.Property.Attribute);
                Assert.True(
                    Merge.Agree(merged.Value, said.Property.Value) || merged.Others.Any(other => other.Partner == said.Partner)
                    || merged.Partner == said.Partner,
                    $"{said.Partner}'s word on {said.Property.Attribute} is nowhere");
            }
        });

    [Fact]
    public void Where_all_say_the_very_same_it_does_not_matter_who_is_fresh() =>
        Gen.Select(Some.Item.Array[0, 8], Some.OneOf(Some.Partners).Array[0, 4]).Sample((all, fresh) =>
        {
            var items = all.DistinctBy(item => item.Partner).ToArray();
            if (ProductMerge.DependsOnFreshness(items))
                return;

            Assert.Equal(
                Some.BytesOf(Merge.Merge(Some.Key, items)),
                    Some.BytesOf(new ProductMerge(MergeRules.Default, fresh.Contains).Merge(Some.Key, items)));
        });

    [Fact]
    public void What_did_not_change_makes_no_change_and_what_did_makes_one_each() =>
        Gen.Select(Some.Item.Array[1, 6], Some.Item.Array[1, 6]).Sample((before, after) =>
        {
            var (one, other) = (Product(before), Product(after));
            if (one is null || other is null)
                return;

            Assert.Empty(ProductDiff.Of(one, one with { Revision = 2 }, Some.Start));
            var changes = ProductDiff.Of(one, other with { Revision = 2 }, Some.Start);
            Assert.Equal(changes.Count, changes.Select(change => change.Field).Distinct().Count());
            var known = one.Properties.ToDictionary(property => property.Attribute, property => property.Value.Display);
            foreach (var change in changes)
                Apply(known, change, one, other);
            Assert.Equal(
                other.Properties.ToDictionary(property => property.Attribute, property => property.Value.Display).OrderBy(pair => pair.Key),
                known.OrderBy(pair => pair.Key));
        });

    [Fact]
    public void An_editors_word_survives_a_hundred_later_listings()
    {
        var edit = Some.Of(CatalogPartner.Editor, null, 0, Some.Property("memory_gb", 2, 0));

        for (var listing = 1; listing <= 100; listing++)
        {
            var said = Some.Of(KnownPartners.NetVideo, "MSI RTX 4070", listing, Some.Property("memory_gb", listing % 2 == 0 ? 0 : 3, listing));
            var memory = Merge.Merge(Some.Key, [said, edit])!.Properties.Single();
            Assert.Equal(("16", CatalogPartner.Editor), (memory.Value.Display, memory.Partner));
            Assert.Equal(KnownPartners.NetVideo, Assert.Single(memory.Others).Partner);
        }
    }

    [Fact]
    public void A_value_wrong_by_a_thousand_loses_to_one_that_can_be_true_even_of_a_partner_less_believed()
    {
        var wrong = Some.Of(KnownPartners.NetVideo, "MSI RTX 4070", 5, Some.Property("memory_gb", 4, 5));
        var right = Some.Of(KnownPartners.CountryLink, "MSI RTX 4070", 1, Some.Property("memory_gb", 2, 1));

        var memory = Merge.Merge(Some.Key, [wrong, right])!.Properties.Single();

        Assert.Equal(("16", false), (memory.Value.Display, memory.Value.Suspect));
        Assert.Equal(("16000", "16000 ГБ"), (memory.Others[0].Value, memory.Others[0].Raw));
    }

    [Fact]
    public void Lists_unite_unless_the_rules_close_them_or_an_editor_has_spoken()
    {
        var one = Some.Of(KnownPartners.NetVideo, "MSI RTX 4070", 0, Some.Property("nvidia_technologies", 1, 0));
        var other = Some.Of(KnownPartners.CountryLink, "MSI RTX 4070", 0, Some.Property("nvidia_technologies", 2, 0));
        var editor = Some.Of(CatalogPartner.Editor, null, 0, Some.Property("nvidia_technologies", 4, 0));
        var closed = MergeRules.Parse("""{"attributes":{"nvidia_technologies":{"prefer":["country-link"],"closed":true}}}""");

        Assert.Equal(["A", "B", "C"], Merge.Merge(Some.Key, [one, other])!.Properties.Single().Value.Items);
        Assert.Equal(["C"], new ProductMerge(closed, _ => true).Merge(Some.Key, [one, other])!.Properties.Single().Value.Items);
        Assert.Equal(["B", "D"], Merge.Merge(Some.Key, [one, other, editor])!.Properties.Single().Value.Items);
    }

    [Fact]
    public void The_preferred_partner_is_believed_only_while_it_is_fresh()
    {
        var preferred = Some.Of(KnownPartners.NetVideo, "MSI RTX 4070", 0, Some.Property("memory_gb", 0, 0));
        var newer = Some.Of(KnownPartners.CountryLink, "MSI RTX 4070", 9, Some.Property("memory_gb", 2, 9));

        Assert.Equal("8", Merge.Merge(Some.Key, [preferred, newer])!.Properties.Single().Value.Display);
        var stale = new ProductMerge(MergeRules.Default, partner => partner != KnownPartners.NetVideo);
        Assert.Equal("16", stale.Merge(Some.Key, [preferred, newer])!.Properties.Single().Value.Display);
    }

    [Theory]
    [InlineData("{", "line 1")]
    [InlineData("""{"attributes":{"memory_gb":{"prefers":[]}}}""", "prefers")]
    [InlineData("""{"tolerance":2}""", "tolerance is 2")]
    public void Rules_that_are_none_are_refused_by_name(string json, string named) =>
        Assert.Contains(named, Assert.Throws<FormatException>(() => MergeRules.Parse(json)).Message, StringComparison.Ordinal);

    private static CatalogProduct? Product(CatalogItem[] items) => Merge.Merge(Some.Key, [.. items.DistinctBy(item => item.Partner)]);

    /// <summary>What a reader of changes does: a partner that came brought what nobody said, one that went took what only it said.</summary>
    private static void Apply(Dictionary<string, string> known, CatalogChange change, CatalogProduct before, CatalogProduct after)
    {
        if (change.Field is "name" or "brand" or "description" or "model")
            return;
        if (change.Field.StartsWith(CatalogChange.SourcePrefix, StringComparison.Ordinal))
        {
            var partner = change.Field[CatalogChange.SourcePrefix.Length..];
            Assert.Equal(change.To is null, !after.Sources.Any(source => source.Partner == partner));
            Assert.NotEqual(CatalogPartner.Editor, partner);
            foreach (var property in after.Properties.Where(property => change.To is not null && property.Partner == partner))
                known.TryAdd(property.Attribute, property.Value.Display);
            foreach (var property in before.Properties.Where(property => change.To is null && property.Partner == partner))
            {
                if (!after.Properties.Any(left => left.Attribute == property.Attribute))
                    known.Remove(property.Attribute);
            }
            return;
        }
        if (change.To is null)
            known.Remove(change.Field);
        else
            known[change.Field] = change.To;
    }

    /// <summary>Written another way than the merge: the one that no other beats.</summary>
    private static string Winner(string attribute, CatalogItem[] items, string[] fresh)
    {
        var rule = MergeRules.Default.RuleOf(attribute);
        var said = items.SelectMany(item => item.Properties.Where(property => property.Attribute == attribute)
            .Select(property => (item.Partner, property.Value.Suspect, property.ChangedAt, property.Value))).ToList();
        foreach (var one in said.Where(one => one.Partner == CatalogPartner.Editor))
            return one.Partner;
        var all = said.ToArray();
        if (said.Exists(one => !one.Suspect))
            said.RemoveAll(one => one.Suspect);
        foreach (var preferred in rule.Prefer!.Where(fresh.Contains))
        {
            if (said.Exists(one => one.Partner == preferred))
                return FirstToSay(said.Single(one => one.Partner == preferred).Value);
        }
        var newest = said.Max(one => one.ChangedAt);
        return FirstToSay(said.Where(one => one.ChangedAt == newest).OrderBy(one => one.Partner, StringComparer.Ordinal).First().Value);

        // Whoever says the very same, by the rules alone.
        string FirstToSay(CatalogValue value)
        {
            var same = all.Where(one => one.Value.Equals(value)).Select(one => one.Partner).Order(StringComparer.Ordinal).ToList();
            return rule.Prefer!.FirstOrDefault(same.Contains) ?? same[0];
        }
    }
}
