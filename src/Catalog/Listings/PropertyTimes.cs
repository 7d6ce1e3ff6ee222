using StockPipeline.Contracts.Catalog;

namespace StockPipeline.Catalog.Listings;

/// <summary>
/// When each value of an item last changed, in few bytes a value: enough to know that a value is the one it was, without keeping the value.
/// </summary>
public sealed class PropertyTimes
{
    private const uint Seed = 2166136261u;

    /// <summary>Items of one partner mostly have the same attributes: they share the array that says which.</summary>
    private static volatile uint[] usual = [];

    private readonly uint[] attributes;
    private readonly uint[] values;
    private readonly long newest;

    /// <summary>Null where all values changed at the same time, as those of an item do that came new.</summary>
    private readonly long[]? times;

    public PropertyTimes(CatalogItem item)
    {
        var properties = item.Properties;
        uint[] named = [.. properties.Select(property => Sum(Seed, property.Attribute))];
        var shared = usual;
        if (!shared.AsSpan().SequenceEqual(named))
            usual = shared = named;
        attributes = shared;
        values = [.. properties.Select(property => SumOf(property))];
        newest = properties.Count > 0 ? properties[0].ChangedAt.UtcTicks : 0;
        if (properties.Any(property => property.ChangedAt.UtcTicks != newest))
            times = [.. properties.Select(property => property.ChangedAt.UtcTicks)];
    }

    /// <summary>The item, its unchanged values with the time of their last change.</summary>
    public CatalogItem Keep(CatalogItem item) => item with { Properties = [.. item.Properties.Select(Keep)] };

    private CatalogItemProperty Keep(CatalogItemProperty property)
    {
        var at = Array.IndexOf(attributes, Sum(Seed, property.Attribute));
        return at >= 0 && values[at] == SumOf(property)
            ? property with { ChangedAt = new DateTimeOffset(times?[at] ?? newest, TimeSpan.Zero) }
            : property;
    }

    private static uint SumOf(CatalogItemProperty property)
    {
        var value = property.Value;
        var sum = Sum(Seed, value.Raw);
        sum = Sum(sum, value.RawUnit);
        sum = Sum(sum, value.Text);
        foreach (var item in value.Items)
            sum = Sum(sum, item);
        foreach (var number in value.Numbers)
            sum = Sum(Sum(sum, (uint)BitConverter.DoubleToUInt64Bits(number)), (uint)(BitConverter.DoubleToUInt64Bits(number) >> 32));
        return Sum(sum, ((uint)value.Kind << 1) | (value.Suspect ? 1u : 0));
    }

    /// <summary>FNV-1a over a text and its end: the same in every process, unlike the platform's own hash of texts.</summary>
    private static uint Sum(uint sum, string? text)
    {
        foreach (var letter in text ?? "")
            sum = Sum(sum, letter);
        return Sum(sum, uint.MaxValue);
    }

    private static uint Sum(uint sum, uint part) => unchecked((sum ^ part) * 16777619u);
}
