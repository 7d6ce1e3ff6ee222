using StockPipeline.Contracts.Catalog;

namespace StockPipeline.CatalogApi.Storing;

/// <summary>One partner's offer as it is to be stored; without one it has none any more.</summary>
internal readonly record struct OfferRow(string Product, string Partner, CatalogOffer? Offer, int Partition, long Offset);

/// <summary>One change as it is to be stored.</summary>
internal readonly record struct ChangeRow(CatalogChange Change, int Partition, long Offset);

/// <summary>What is written together, of any partitions, with the places in the topics that the store has come to then.</summary>
internal sealed class StoreBatch
{
    /// <summary>Of several words on one product the last counts.</summary>
    public Dictionary<int, ProductRow> Products { get; } = [];

    public Dictionary<(string Product, string Partner), OfferRow> Offers { get; } = [];

    public List<ChangeRow> Changes { get; } = [];

    public Dictionary<(string Topic, int Partition), long> Next { get; } = [];

    public int Count => Products.Count + Offers.Count + Changes.Count;

    public bool IsEmpty => Next.Count == 0;
}
