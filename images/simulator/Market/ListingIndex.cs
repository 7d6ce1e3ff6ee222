namespace StockPipeline.Simulator.Market;

/// <summary>Finds a listing by any of the identifiers that the API takes.</summary>
internal sealed class ListingIndex
{
    private readonly Dictionary<string, Listing> byId = new(StringComparer.Ordinal);

    public ListingIndex(IReadOnlyList<Listing> listings)
    {
        // In the order of precedence: a uid wins over a FIGI, that over ticker and board.
        foreach (var listing in listings)
            byId.TryAdd(listing.Uid, listing);
        foreach (var listing in listings)
            byId.TryAdd(listing.Figi.Value, listing);
        foreach (var listing in listings)
            byId.TryAdd(listing.TickerAndClass, listing);
    }

    public Listing? Find(string id) => byId.GetValueOrDefault(id);
}
