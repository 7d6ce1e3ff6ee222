using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using StockPipeline.Catalog.Attributes;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.CatalogCollector.Publishing;

/// <summary>
/// What the other partners ask, as far as it is believed and in the one currency: a price that leaps is held against it. A few bytes each, for there
/// are as many as products. Safe from any thread.
/// </summary>
internal sealed class OtherPrices(string partner, string currency)
{
    private static readonly decimal[] None = [];

    private readonly string[] others = [.. KnownPartners.All.Where(one => one != partner)];
    private readonly Dictionary<ulong, double> prices = [];
    private readonly Lock gate = new();

    /// <param name="key">Of the offer's record.</param>
    /// <param name="offer">Null where there is none any more.</param>
    public void Set(ReadOnlySpan<byte> key, CatalogOffer? offer)
    {
        lock (gate)
        {
            if (offer is { IsBelieved: true } && offer.Currency == currency)
                prices[SumOf(key)] = (double)offer.Price;
            else
                prices.Remove(SumOf(key));
        }
    }

    /// <summary>The prices of a product at the other partners; none in another currency.</summary>
    public decimal[] Of(string product, string asked)
    {
        if (asked != currency)
            return None;
        lock (gate)
        {
            return
            [
                .. others.Select(other => prices.GetValueOrDefault(SumOf(Encoding.UTF8.GetBytes(CatalogItem.KeyOf(product, other)))))
                    .Where(price => price > 0).Select(price => (decimal)price),
            ];
        }
    }

    public void Clear()
    {
        lock (gate)
            prices.Clear();
    }

    private static ulong SumOf(ReadOnlySpan<byte> key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key, hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }
}
