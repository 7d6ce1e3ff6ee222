using StockPipeline.Contracts.Catalog;

namespace StockPipeline.Catalog.Merging;

/// <summary>
/// What became another between two states of a product, a change for each field. All that a partner brought with its first word on the product, and
/// all that went with its last, is one change: that of the partner.
/// </summary>
public static class ProductDiff
{
    private const string Here = "here";
    private const string Gone = "gone";

    /// <param name="before">Null where there was none.</param>
    /// <param name="after">The new state, with its revision.</param>
    /// <param name="at">When it became so.</param>
    public static IReadOnlyList<CatalogChange> Of(CatalogProduct? before, CatalogProduct after, DateTimeOffset at)
    {
        var changes = new List<CatalogChange>();
        void Add(string field, string? from, string? to, string partner)
        {
            if (!string.Equals(from, to, StringComparison.Ordinal))
            {
                changes.Add(new CatalogChange
                {
                    Product = after.Key, Revision = after.Revision, Field = field, From = from, To = to, Partner = partner, At = at,
                });
            }
        }

        if (before is null || before.Gone != after.Gone)
        {
            Add(CatalogChange.ProductField, before is null ? null : StateOf(before), StateOf(after),
                (after.Gone ? before : after)?.Sources is [var source, ..] ? source.Partner : "");
            return changes;
        }
        var (came, went) = (PartnersOf(after, except: before), PartnersOf(before, except: after));
        foreach (var partner in came)
            Add(CatalogChange.SourcePrefix + partner, null, Here, partner);
        foreach (var partner in went)
            Add(CatalogChange.SourcePrefix + partner, Here, null, partner);
        Add("name", before.Name.Value, after.Name.Value, after.Name.Partner);
        Add("brand", before.Brand.Value, after.Brand.Value, after.Brand.Partner);
        var isDescribed = before.Description.Value.Length == 0 && came.Contains(after.Description.Partner);
        if (!isDescribed && !(after.Description.Value.Length == 0 && went.Contains(before.Description.Partner)))
            Add("description", before.Description.Value, after.Description.Value, after.Description.Partner);
        Add("model", before.Model, after.Model, after.Name.Partner);
        var old = before.Properties.ToDictionary(property => property.Attribute, StringComparer.Ordinal);
        foreach (var property in after.Properties)
        {
            var was = old.Remove(property.Attribute, out var known) ? known.Value.Display : null;
            if (was is not null || !came.Contains(property.Partner))
                Add(property.Attribute, was, property.Value.Display, property.Partner);
        }
        foreach (var property in old.Values.Where(one => !went.Contains(one.Partner)).OrderBy(one => one.Attribute, StringComparer.Ordinal))
            Add(property.Attribute, property.Value.Display, null, property.Partner);
        return changes;
    }

    /// <summary>An editor edits field by field, and each is told.</summary>
    private static List<string> PartnersOf(CatalogProduct product, CatalogProduct except) =>
    [
        .. product.Sources.Select(source => source.Partner)
            .Where(partner => partner != CatalogPartner.Editor && !except.Sources.Any(source => source.Partner == partner))
            .Order(StringComparer.Ordinal),
    ];

    private static string StateOf(CatalogProduct product) => product.Gone ? Gone : Here;
}
