using StockPipeline.Catalog.Attributes;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.CatalogApi.Editing;

/// <summary>
/// The editor's word on a product, as it stands in the merged record: an editor always wins, so all that was edited is visible there and nothing
/// else has to be kept.
/// </summary>
internal static class EditorWord
{
    public static CatalogItem Of(CatalogProduct product) => new()
    {
        Product = product.Key, Partner = CatalogPartner.Editor, Fingerprint = product.Key, PartnerId = "",
        Name = Said(product.Name), Brand = Said(product.Brand), Description = Said(product.Description), Groups = product.Groups,
        Properties =
        [
            .. product.Properties.Where(property => property.Partner == CatalogPartner.Editor).Select(property => new CatalogItemProperty
            {
                Attribute = property.Attribute, Value = property.Value, ChangedAt = property.ChangedAt, Name = property.Name,
                Description = property.Description,
            }),
        ],
        ObservedAt = product.ChangedAt, Hash = "",
    };

    /// <summary>With another value, name or description of one attribute; the rest of the word stays.</summary>
    public static CatalogItem With(CatalogItem word, CatalogItemProperty property) => word with
    {
        Properties =
        [
            .. word.Properties.Where(one => one.Attribute != property.Attribute).Append(property)
                .OrderBy(one => one.Attribute, StringComparer.Ordinal),
        ],
    };

    public static CatalogItem Without(CatalogItem word, string attribute) =>
        word with { Properties = [.. word.Properties.Where(one => one.Attribute != attribute)] };

    public static CatalogItem With(CatalogItem word, CatalogItemGroup group) => word with
    {
        Groups = [.. word.Groups.Where(one => one.Group != group.Group).Append(group).OrderBy(one => one.Group, StringComparer.Ordinal)],
    };

    /// <summary>A value as an editor writes it, in normal form; a blank is a text without letters.</summary>
    public static CatalogValue Value(CatalogAttribute attribute, string raw) =>
        ValueReading.Read(attribute, raw, "", BuiltInAttributes.BareUnitOf(attribute.Code))
            ?? new CatalogValue { Kind = CatalogKind.Text, Raw = raw };

    private static string? Said(CatalogField field) => field.Partner == CatalogPartner.Editor ? field.Value : null;
}
