using System.Text;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.Catalog.Listings;

/// <summary>
/// When each value of an item last changed, in a dozen bytes a value: enough to know that a value is the one it was, without keeping the value.
/// </summary>
public sealed class PropertyTimes
{
    private readonly uint[] attributes;
    private readonly uint[] values;
    private readonly long[] times;

    public PropertyTimes(CatalogItem item)
    {
        var properties = item.Properties;
        attributes = [.. properties.Select(property => Sum(property.Attribute))];
        values = [.. properties.Select(property => SumOf(property))];
        times = [.. properties.Select(property => property.ChangedAt.UtcTicks)];
    }

    /// <summary>The item, its unchanged values with the time of their last change.</summary>
    public CatalogItem Keep(CatalogItem item) => item with { Properties = [.. item.Properties.Select(Keep)] };

    private CatalogItemProperty Keep(CatalogItemProperty property)
    {
        var at = Array.IndexOf(attributes, Sum(property.Attribute));
        return at >= 0 && values[at] == SumOf(property) ? property with { ChangedAt = new DateTimeOffset(times[at], TimeSpan.Zero) } : property;
    }

    private static uint SumOf(CatalogItemProperty property)
    {
        var value = property.Value;
        return Sum($"{(int)value.Kind}\0{value.Raw}\0{value.RawUnit}\0{value.Display}\0{value.Suspect}");
    }

    /// <summary>FNV-1a: the same in every process, unlike the platform's own hash of texts.</summary>
    private static uint Sum(string text)
    {
        var sum = 2166136261u;
        foreach (var one in Encoding.UTF8.GetBytes(text))
            sum = unchecked((sum ^ one) * 16777619u);
        return sum;
    }
}
