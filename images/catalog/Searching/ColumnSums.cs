namespace StockPipeline.CatalogApi.Searching;

/// <summary>What stands in the columns of all products, in few numbers. Used under the columns' owner's lock.</summary>
internal static class ColumnSums
{
    /// <summary>Brands with the number of their products, in the order of names.</summary>
    public static IReadOnlyList<(string Brand, long Count)> Brands(ProductColumns columns, SlotSet live)
    {
        var counts = new Dictionary<string, (string Name, long Count)>(StringComparer.Ordinal);
        foreach (var slot in live)
        {
            var (folded, name) = (columns.Brands[slot], columns.BrandNames[slot]);
            counts[folded] = counts.TryGetValue(folded, out var known)
                ? (string.CompareOrdinal(name, known.Name) < 0 ? name : known.Name, known.Count + 1)
                : (name, 1);
        }
        return [.. counts.Values.OrderBy(one => one.Name, StringComparer.Ordinal)];
    }

    /// <summary>The least and the greatest value of each attribute, and how many products have one.</summary>
    public static IReadOnlyDictionary<int, (double Min, double Max, long Count)> Ranges(ProductColumns columns, SlotSet live)
    {
        var ranges = new Dictionary<int, (double, double, long)>();
        foreach (var (attribute, values) in columns.Numbers)
        {
            var (min, max, count) = (double.PositiveInfinity, double.NegativeInfinity, 0L);
            foreach (var slot in live)
            {
                if (slot < values.Length && !double.IsNaN(values[slot]))
                    (min, max, count) = (Math.Min(min, values[slot]), Math.Max(max, values[slot]), count + 1);
            }
            if (count > 0)
                ranges[attribute] = (min, max, count);
        }
        return ranges;
    }
}
