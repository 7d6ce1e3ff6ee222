using StockPipeline.CatalogApi.Storing;

namespace StockPipeline.CatalogApi.Searching;

/// <summary>
/// The prices that can be the best: of what is in stock, in the one currency. A few bytes each, for there are as many as products and partners.
/// Used under its owner's lock.
/// </summary>
internal sealed class OfferBook
{
    private readonly Dictionary<ulong, Priced[]> offers = [];
    private readonly List<string> partners = [];
    private HashSet<int> fresh = [];

    /// <summary>Null where the partner has no offer that can be the best.</summary>
    public void Set(string key, string partner, double? price)
    {
        var (sum, number) = (KeySums.Of(key), NumberOf(partner));
        var known = offers.GetValueOrDefault(sum) ?? [];
        var others = known.Where(one => one.Partner != number);
        Priced[] now = price is { } asked ? [.. others, new Priced(number, asked)] : [.. others];
        if (now.Length > 0)
            offers[sum] = now;
        else
            offers.Remove(sum);
    }

    public void SetFresh(IReadOnlyCollection<string> names) => fresh = [.. names.Select(NumberOf)];

    /// <summary>Writes the best price of a product into its column.</summary>
    public void Price(ProductColumns columns, int slot)
    {
        var best = double.PositiveInfinity;
        foreach (var offer in offers.GetValueOrDefault(columns.Keys[slot]) ?? [])
        {
            if (offer.Price < best && fresh.Contains(offer.Partner))
                best = offer.Price;
        }
        columns.Prices[slot] = best;
    }

    private int NumberOf(string partner)
    {
        var at = partners.IndexOf(partner);
        if (at >= 0)
            return at;
        partners.Add(partner);
        return partners.Count - 1;
    }

    private readonly record struct Priced(int Partner, double Price);
}
