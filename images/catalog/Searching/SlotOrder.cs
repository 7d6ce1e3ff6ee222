namespace StockPipeline.CatalogApi.Searching;

/// <summary>The last product of a page: where it stands in each order.</summary>
internal sealed record IndexPlace(int Id, string Folded, double Price, long Ticks);

/// <summary>One page of ids.</summary>
/// <param name="Ids">In their order.</param>
/// <param name="Total">How many there are in all.</param>
/// <param name="Last">Where the next page goes on; null at the end.</param>
internal sealed record IndexPage(IReadOnlyList<int> Ids, int Total, IndexPlace? Last);

/// <summary>One order of the products; the id decides where all else is equal, so that every product has a place of its own.</summary>
internal sealed class SlotOrder(ProductColumns columns, ProductSort sort)
{
    /// <summary>The other way round: the last comes first.</summary>
    public IComparer<int> Reversed { get; } = Comparer<int>.Create((one, other) => Compare(columns, sort, other, one));

    public int Compare(int one, int other) => Compare(columns, sort, one, other);

    public int Compare(int slot, IndexPlace place)
    {
        var order = sort switch
        {
            ProductSort.Name => string.CompareOrdinal(columns.Folded[slot], place.Folded),
            ProductSort.Price => columns.Prices[slot].CompareTo(place.Price),
            ProductSort.Changed => place.Ticks.CompareTo(columns.Changed[slot]),
            _ => 0,
        };
        return order != 0 ? order : Id(columns.IdOf[slot], place.Id);
    }

    public IndexPlace PlaceOf(int slot) => new(columns.IdOf[slot], columns.Folded[slot], columns.Prices[slot], columns.Changed[slot]);

    private int Id(int one, int other) => sort == ProductSort.Changed ? other.CompareTo(one) : one.CompareTo(other);

    private static int Compare(ProductColumns columns, ProductSort sort, int one, int other)
    {
        var order = sort switch
        {
            ProductSort.Name => string.CompareOrdinal(columns.Folded[one], columns.Folded[other]),
            ProductSort.Price => columns.Prices[one].CompareTo(columns.Prices[other]),
            ProductSort.Changed => columns.Changed[other].CompareTo(columns.Changed[one]),
            _ => 0,
        };
        if (order != 0)
            return order;
        return sort == ProductSort.Changed ? columns.IdOf[other].CompareTo(columns.IdOf[one]) : columns.IdOf[one].CompareTo(columns.IdOf[other]);
    }
}
