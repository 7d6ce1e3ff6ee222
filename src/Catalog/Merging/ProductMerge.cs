using StockPipeline.Catalog.Naming;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.Catalog.Merging;

/// <summary>
/// Makes one record of what partners say of a product: a pure function of their items, the rules and who is fresh. The order in which items
/// arrived, and what the record was before, have no part in it.
/// </summary>
public sealed class ProductMerge(MergeRules rules, Func<string, bool> isFresh)
{
    /// <summary>The product as it follows from the items; number and revision are for the caller to give. Null where nobody has it.</summary>
    public CatalogProduct? Merge(string key, IReadOnlyCollection<CatalogItem> items)
    {
        // An editor corrects what partners have. Alone it is a product only where it says what the product is called: that somebody entered.
        if (!items.Any(item => !string.IsNullOrWhiteSpace(item.Name)))
            return null;
        var words = items.OrderBy(item => item.Partner, StringComparer.Ordinal).ToArray();
        var properties = Properties(words);
        var name = Field(words, "name", item => item.Name);
        var brand = Field(words, "brand", item => item.Brand);
        return new CatalogProduct
        {
            Key = key, Number = 0, Revision = 0,
            Name = name, Brand = brand, Description = Field(words, "description", item => item.Description),
            Model = Field(words, "model", item => item.Model) is { Value.Length: > 0 } model ? model.Value
                : ProductKey.ModelOf(brand.Value, name.Value),
            Groups = [.. words.SelectMany(item => item.Groups).OrderBy(group => group.Group, StringComparer.Ordinal)],
            Properties = properties,
            Sources = [.. words.Select(item => new CatalogSource(item.Partner, item.PartnerId, item.ObservedAt, item.Hash))],
            Completeness = Completeness(properties),
            Conflicts = Math.Sign(name.Others.Count) + Math.Sign(brand.Others.Count) + properties.Count(one => IsConflict(one)),
            ChangedAt = words.Max(item => item.ObservedAt),
        };
    }

    /// <summary>Whether a record of these items could read otherwise if other partners were fresh: where two of them differ in anything.</summary>
    public static bool DependsOnFreshness(IReadOnlyCollection<CatalogItem> items)
    {
        var said = new Dictionary<string, CatalogValue>(StringComparer.Ordinal);
        var (names, brands, descriptions, models) = (new HashSet<string>(), new HashSet<string>(), new HashSet<string>(), new HashSet<string>());
        foreach (var item in items.Where(item => item.Partner != CatalogPartner.Editor))
        {
            if (Differs(names, item.Name) || Differs(brands, item.Brand) || Differs(descriptions, item.Description) || Differs(models, item.Model))
                return true;
            foreach (var property in item.Properties)
            {
                if (!said.TryAdd(property.Attribute, property.Value) && !said[property.Attribute].Equals(property.Value))
                    return true;
            }
        }
        return false;

        static bool Differs(HashSet<string> texts, string? text) => !string.IsNullOrWhiteSpace(text) && texts.Add(text) && texts.Count > 1;
    }

    /// <summary>Whether two values say the same: numbers nearly, texts but for case and blanks.</summary>
    public bool Agree(CatalogValue one, CatalogValue other)
    {
        if (one.Kind != other.Kind)
            return false;
        return one.Kind switch
        {
            CatalogKind.Number or CatalogKind.Size or CatalogKind.Flag => one.Numbers.Count == other.Numbers.Count
                && one.Numbers.Zip(other.Numbers).All(pair =>
                    Math.Abs(pair.First - pair.Second) <= rules.Tolerance * Math.Max(Math.Abs(pair.First), Math.Abs(pair.Second))),
            CatalogKind.List => one.Items.SequenceEqual(other.Items, StringComparer.OrdinalIgnoreCase),
            _ => TextFold.Fold(one.Text) == TextFold.Fold(other.Text),
        };
    }

    private static bool IsConflict(CatalogProductProperty property) => property.Others.Count > 0 && property.Value.Kind != CatalogKind.List;

    private CatalogProductProperty[] Properties(CatalogItem[] words)
    {
        var candidates = new SortedDictionary<string, List<Candidate>>(StringComparer.Ordinal);
        foreach (var item in words)
        {
            foreach (var property in item.Properties)
            {
                if (!candidates.TryGetValue(property.Attribute, out var list))
                    candidates.Add(property.Attribute, list = []);
                // A partner that says an attribute twice is taken by its first word.
                if (list.Count == 0 || list[^1].Partner != item.Partner)
                    list.Add(new Candidate(item.Partner, property));
            }
        }
        return [.. candidates.Select(pair => Property(pair.Key, pair.Value))];
    }

    private CatalogProductProperty Property(string attribute, List<Candidate> candidates)
    {
        // What one partner alone says is what is said; so it is with most attributes of most cards.
        if (candidates is [var (only, word)])
        {
            return new CatalogProductProperty
            {
                Attribute = attribute, Value = word.Value, Partner = only, ChangedAt = word.ChangedAt, Name = word.Name,
                Description = word.Description,
            };
        }
        var rule = rules.RuleOf(attribute);
        candidates.Sort((one, other) => Compare(rule, one, other));
        // Of those who say the very same, the one who stands first by the rules alone: whose word it is does not follow from who is fresh.
        var best = candidates[0];
        var (partner, first) = candidates.Where(candidate => IsEditor(candidate.Partner) == IsEditor(best.Partner)
                && candidate.Property.Value.Equals(best.Property.Value))
            .OrderBy(candidate => rule.RankOf(candidate.Partner)).ThenBy(candidate => candidate.Partner, StringComparer.Ordinal).First();
        var value = first.Value;
        if (value.Kind == CatalogKind.List && !rule.Closed && partner != CatalogPartner.Editor)
            value = United(value, candidates);
        return new CatalogProductProperty
        {
            Attribute = attribute, Value = value, Partner = partner, ChangedAt = first.ChangedAt, Name = first.Name, Description = first.Description,
            Others =
            [
                .. candidates.Where(candidate => candidate.Partner != partner && !Agree(value, candidate.Property.Value))
                    .OrderBy(candidate => candidate.Partner, StringComparer.Ordinal)
                    .Select(candidate => new CatalogOther(candidate.Partner, candidate.Property.Value.Display, candidate.Property.Value.Raw)),
            ],
        };
    }

    private static CatalogValue United(CatalogValue first, List<Candidate> candidates)
    {
        var items = candidates.Where(candidate => candidate.Property.Value.Kind == CatalogKind.List)
            .SelectMany(candidate => candidate.Property.Value.Items).GroupBy(item => item, StringComparer.OrdinalIgnoreCase)
            .Select(same => same.Order(StringComparer.Ordinal).First()).Order(StringComparer.Ordinal).ToArray();
        return items.SequenceEqual(first.Items, StringComparer.Ordinal)
            ? first
            : first with { Items = items, Raw = string.Join(", ", items), RawUnit = "" };
    }

    /// <summary>An editor, then what can be true, then the preferred partner while fresh, then the newest word, then the partner's name.</summary>
    private int Compare(MergeRule rule, Candidate one, Candidate other)
    {
        var order = (other.Partner == CatalogPartner.Editor).CompareTo(one.Partner == CatalogPartner.Editor);
        if (order == 0)
            order = one.Property.Value.Suspect.CompareTo(other.Property.Value.Suspect);
        if (order == 0)
            order = RankOf(rule, one.Partner).CompareTo(RankOf(rule, other.Partner));
        if (order == 0)
            order = other.Property.ChangedAt.CompareTo(one.Property.ChangedAt);
        return order != 0 ? order : string.CompareOrdinal(one.Partner, other.Partner);
    }

    private static bool IsEditor(string partner) => partner == CatalogPartner.Editor;

    private int RankOf(MergeRule rule, string partner) => isFresh(partner) ? rule.RankOf(partner) : int.MaxValue;

    private CatalogField Field(CatalogItem[] words, string field, Func<CatalogItem, string?> text)
    {
        var rule = rules.RuleOf(field);
        var said = words.Where(item => !string.IsNullOrWhiteSpace(text(item))).OrderByDescending(item => item.Partner == CatalogPartner.Editor)
            .ThenBy(item => RankOf(rule, item.Partner)).ThenByDescending(item => item.ObservedAt).ThenBy(item => item.Partner, StringComparer.Ordinal)
            .ToArray();
        if (said.Length == 0)
            return CatalogField.None;
        var value = text(said[0])!;
        var partner = said.Where(item => text(item) == value && IsEditor(item.Partner) == IsEditor(said[0].Partner))
            .OrderBy(item => rule.RankOf(item.Partner)).ThenBy(item => item.Partner, StringComparer.Ordinal).First().Partner;
        return new CatalogField(value, partner,
        [
            .. said.Where(item => item.Partner != partner && TextFold.Fold(text(item)!) != TextFold.Fold(value))
                .OrderBy(item => item.Partner, StringComparer.Ordinal)
                .Select(item => new CatalogOther(item.Partner, text(item)!, text(item)!)),
        ]);
    }

    private double Completeness(CatalogProductProperty[] properties)
    {
        if (rules.Required.Count == 0)
            return 1;
        var known = properties.Where(property => !property.Value.Suspect).Select(property => property.Attribute).ToHashSet(StringComparer.Ordinal);
        return Math.Round(rules.Required.Count(known.Contains) / (double)rules.Required.Count, 4);
    }

    private readonly record struct Candidate(string Partner, CatalogItemProperty Property);
}
