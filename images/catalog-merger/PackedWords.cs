using StockPipeline.Avro.Records.Catalog;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.CatalogMerger;

/// <summary>
/// Packs the words of each partner with a dictionary of that partner's: what one shop writes is like what it wrote before, and little like what
/// another writes. Used by one thread.
/// </summary>
internal sealed class PackedWords : IDisposable
{
    /// <summary>Partners with a dictionary of their own; whoever comes after shares one.</summary>
    private const int MaxPartners = 8;

    private readonly Dictionary<string, PackedRecords<CatalogItem>> byPartner = new(StringComparer.Ordinal);
    private readonly PackedRecords<CatalogItem> others = new(CatalogFormats.Item);

    public PackedRecords<CatalogItem> Of(string partner)
    {
        if (byPartner.TryGetValue(partner, out var own))
            return own;
        own = byPartner.Count < MaxPartners ? new PackedRecords<CatalogItem>(CatalogFormats.Item) : others;
        byPartner.Add(partner, own);
        return own;
    }

    public void Dispose()
    {
        foreach (var own in byPartner.Values.Where(own => own != others))
            own.Dispose();
        others.Dispose();
    }
}
