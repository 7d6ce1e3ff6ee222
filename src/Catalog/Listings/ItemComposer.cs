using StockPipeline.Catalog.Attributes;
using StockPipeline.Catalog.Naming;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.Catalog.Listings;

/// <summary>Makes of a listing's item the partner's word on a product, in normal form. Used by one thread.</summary>
/// <param name="partner">Whose words they are.</param>
/// <param name="book">Learns what nobody has mapped.</param>
public sealed class ItemComposer(string partner, AttributeBook book)
{
    /// <summary>Attributes that were added to the book since the last call.</summary>
    private readonly List<CatalogAttribute> added = [];

    /// <summary>Values remembered; one past it, all are forgotten. What shops write is mostly what they wrote of another card.</summary>
    private const int MaxValues = 20_000;

    private readonly HashSet<string> refused = new(StringComparer.Ordinal);
    private readonly Dictionary<(CatalogAttribute Attribute, string Raw, string Unit), CatalogValue?> values = new(new ByWhatIsRead());

    /// <summary>Names of properties for which the partner's numbers were used up: each is told once.</summary>
    public IReadOnlyCollection<string> Refused => refused;

    /// <summary>The attributes met for the first time since the last call.</summary>
    public IReadOnlyList<CatalogAttribute> TakeAdded()
    {
        CatalogAttribute[] taken = [.. added];
        added.Clear();
        return taken;
    }

    /// <param name="item">As it was read.</param>
    /// <param name="productOf">The product that a fingerprint belongs to: itself, or what an alias says.</param>
    /// <param name="before">The times of the partner's last word, which stay with the values that have not changed.</param>
    /// <param name="now">When it was observed.</param>
    public CatalogItem Compose(ReadItem item, Func<string, string> productOf, PropertyTimes? before, DateTimeOffset now)
    {
        var fingerprint = ProductKey.Of(item.Brand, item.Name);
        if (fingerprint.Length == 0)
            throw new FormatException($"nothing is left of the name '{item.Name}' that could be a key");
        var properties = new SortedDictionary<string, CatalogItemProperty>(StringComparer.Ordinal);
        foreach (var property in item.Properties)
        {
            if (AttributeOf(property) is { } attribute
                && ValueOf(attribute, property) is { } value)
                properties.TryAdd(attribute.Code, new CatalogItemProperty { Attribute = attribute.Code, Value = value, ChangedAt = now });
        }
        var composed = new CatalogItem
        {
            Product = productOf(fingerprint), Partner = partner, Fingerprint = fingerprint, PartnerId = item.PartnerId,
            Name = TextFold.Tidy(item.Name), Brand = TextFold.Tidy(item.Brand), Model = item.Model is { } model ? TextFold.Tidy(model) : null,
            Description = string.IsNullOrWhiteSpace(item.Description) ? null : item.Description,
            Properties = [.. properties.Values], ObservedAt = now, Hash = "",
        };
        composed = composed with { Hash = ItemHash.Of(composed) };
        return before?.Keep(composed) ?? composed;
    }

    private CatalogValue? ValueOf(CatalogAttribute attribute, ReadProperty property)
    {
        var key = (attribute, property.Value, property.Unit);
        if (values.TryGetValue(key, out var known))
            return known;
        if (values.Count >= MaxValues)
            values.Clear();
        var value = ValueReading.Read(attribute, property.Value, property.Unit, BuiltInAttributes.BareUnitOf(attribute.Code));
        values.Add(key, value);
        return value;
    }

    private CatalogAttribute? AttributeOf(ReadProperty property)
    {
        if (book.Find(partner, property.Id, property.Name) is { } known)
        {
            // Descriptions never change and are longer than all values together: they are kept once, in the dictionary.
            if (known.Description is null && property.Description is not null)
                Learn(known with { Description = property.Description });
            return known;
        }
        if (property.Name.Length == 0 || book.Add(partner, property.Id, property.Name, property.Group, property.Description) is not { } attribute)
        {
            refused.Add(property.Name);
            return null;
        }
        added.Add(attribute);
        return attribute;
    }

    private void Learn(CatalogAttribute attribute)
    {
        book.Learn(attribute);
        added.Add(attribute);
    }

    /// <summary>An attribute by itself and not by all that is said of it: it is another object when anything of it changes.</summary>
    private sealed class ByWhatIsRead : IEqualityComparer<(CatalogAttribute Attribute, string Raw, string Unit)>
    {
        public bool Equals((CatalogAttribute Attribute, string Raw, string Unit) x, (CatalogAttribute Attribute, string Raw, string Unit) y) =>
            ReferenceEquals(x.Attribute, y.Attribute) && x.Raw == y.Raw && x.Unit == y.Unit;

        public int GetHashCode((CatalogAttribute Attribute, string Raw, string Unit) key) =>
            HashCode.Combine(System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(key.Attribute), key.Raw, key.Unit);
    }
}
