using StockPipeline.CatalogApi.Storing;

namespace StockPipeline.CatalogApi.Searching;

/// <summary>What the index holds of a product.</summary>
internal sealed record IndexedProduct
{
    public required int Id { get; init; }

    public required string Key { get; init; }

    public required bool Gone { get; init; }

    /// <summary>The name as it is searched.</summary>
    public required string Folded { get; init; }

    public required string Brand { get; init; }

    public required string BrandFolded { get; init; }

    public required long ChangedTicks { get; init; }

    /// <summary>A bit for each of the groups that it has.</summary>
    public required ulong Groups { get; init; }

    /// <summary>Groups that this product calls otherwise than the dictionary: folded names by number.</summary>
    public required IReadOnlyList<(int Group, string Folded)> OwnNames { get; init; }

    /// <summary>The numbers that can be filtered by.</summary>
    public required IReadOnlyList<(int Attribute, double Value)> Numbers { get; init; }
}

/// <summary>The products as columns: one place for each, which is given to another when its product goes. Used under its owner's lock.</summary>
internal sealed class ProductColumns
{
    private readonly Dictionary<int, int> slots = [];
    private readonly Dictionary<ulong, int> slotsOfKeys = [];
    private readonly Dictionary<string, string> brandNames = new(StringComparer.Ordinal);
    private readonly Dictionary<int, IReadOnlyList<(int Group, string Folded)>> ownNames = [];
    private readonly Stack<int> free = new();
    private int[] ids = new int[1024];
    private ulong[] keys = new ulong[1024];
    private string[] folded = new string[1024];
    private string[] brands = new string[1024];
    private string[] shownBrands = new string[1024];
    private long[] changed = new long[1024];
    private ulong[] groups = new ulong[1024];
    private double[] prices = new double[1024];
    private int used;

    public int[] IdOf => ids;

    public ulong[] Keys => keys;

    public string[] Folded => folded;

    public string[] Brands => brands;

    public string[] BrandNames => shownBrands;

    public long[] Changed => changed;

    /// <summary>The best offer's; infinite where there is none.</summary>
    public double[] Prices => prices;

    /// <summary>By attribute; not a number where the product has none.</summary>
    public Dictionary<int, double[]> Numbers { get; } = [];

    public IEnumerable<int> Ids() => slots.Keys;

    public int? SlotOfId(int id) => slots.TryGetValue(id, out var slot) ? slot : null;

    public int? SlotOfKey(string key) => slotsOfKeys.TryGetValue(KeySums.Of(key), out var slot) ? slot : null;

    public int Add(IndexedProduct product)
    {
        var slot = free.Count > 0 ? free.Pop() : used++;
        if (slot >= ids.Length)
            Grow();
        slots[product.Id] = slot;
        keys[slot] = KeySums.Of(product.Key);
        slotsOfKeys[keys[slot]] = slot;
        ids[slot] = product.Id;
        folded[slot] = product.Folded;
        shownBrands[slot] = Shared(product.Brand);
        changed[slot] = product.ChangedTicks;
        groups[slot] = product.Groups;
        prices[slot] = double.PositiveInfinity;
        if (product.OwnNames.Count > 0)
            ownNames[slot] = product.OwnNames;
        foreach (var (attribute, value) in product.Numbers)
            ColumnOf(attribute)[slot] = value;
        return slot;
    }

    public void Remove(int slot)
    {
        slots.Remove(ids[slot]);
        slotsOfKeys.Remove(keys[slot]);
        ownNames.Remove(slot);
        foreach (var values in Numbers.Values)
        {
            if (slot < values.Length)
                values[slot] = double.NaN;
        }
        (folded[slot], brands[slot], shownBrands[slot]) = ("", "", "");
        free.Push(slot);
    }

    /// <summary>The groups of a product that are called so; all of them where no name is asked for.</summary>
    public ulong GroupsCalled(int slot, ulong named, string? name)
    {
        if (name is null)
            return groups[slot];
        var called = groups[slot] & named;
        foreach (var (group, own) in ownNames.GetValueOrDefault(slot) ?? [])
            called = own == name ? called | (1UL << group) : called & ~(1UL << group);
        return called;
    }

    private double[] ColumnOf(int attribute)
    {
        var known = Numbers.GetValueOrDefault(attribute);
        if (known is not null && known.Length == ids.Length)
            return known;
        var column = new double[ids.Length];
        Array.Fill(column, double.NaN);
        known?.CopyTo(column, 0);
        return Numbers[attribute] = column;
    }

    private void Grow()
    {
        var size = ids.Length + Math.Max(1024, ids.Length / 4);
        Array.Resize(ref ids, size);
        Array.Resize(ref keys, size);
        Array.Resize(ref folded, size);
        Array.Resize(ref brands, size);
        Array.Resize(ref shownBrands, size);
        Array.Resize(ref changed, size);
        Array.Resize(ref groups, size);
        Array.Resize(ref prices, size);
    }

    /// <summary>One text for the name that thousands of products carry.</summary>
    private string Shared(string brand)
    {
        const int MaxNames = 100_000;
        if (brandNames.Count >= MaxNames)
            brandNames.Clear();
        return brandNames.TryGetValue(brand, out var known) ? known : brandNames[brand] = brand;
    }
}
