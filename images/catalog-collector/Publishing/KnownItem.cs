using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using StockPipeline.Catalog.Listings;
using StockPipeline.Catalog.Offers;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.CatalogCollector.Publishing;

/// <summary>What is kept of a product that the partner has: enough to know what differs, and no more, for there are a hundred thousand.</summary>
internal sealed class KnownItem(string product)
{
    public string Product { get; } = product;

    /// <summary>What was published last; null until an item is known, for an offer may be read before it.</summary>
    public ItemTrace? Published { get; set; }

    /// <summary>The sum of the number that the partner listed it under last; zero where it has none.</summary>
    public ulong IdSum { get; set; }

    /// <summary>Over the bytes of the item as it came last; zero where it did not in this process.</summary>
    public ulong RawSum { get; set; }

    /// <summary>The offer that was published last.</summary>
    public GuardedOffer? Offer { get; set; }

    /// <summary>Complete listings in a row that lacked it.</summary>
    public int Missed { get; set; }

    /// <summary>The listing that held it last.</summary>
    public long Listing { get; set; }
}

/// <summary>An item in few bytes: whether another one is the same, and since when each of its values is what it is.</summary>
internal sealed class ItemTrace(CatalogItem item)
{
    private readonly string? fingerprint = item.Fingerprint == item.Product ? null : item.Fingerprint;

    /// <summary>The normal form of the name; null where it is the product's key.</summary>
    public string? Fingerprint => fingerprint;

    public ulong Hash { get; } = HashOf(item);

    public PropertyTimes Times { get; } = new(item);

    /// <summary>Items write theirs as sixteen bytes in hexadecimal digits.</summary>
    public static ulong HashOf(CatalogItem item) =>
        UInt128.TryParse(item.Hash, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hash) ? (ulong)hash : SumOf(item.Hash);

    /// <summary>Zero where there is no number.</summary>
    public static ulong SumOf(string? partnerId)
    {
        if (string.IsNullOrEmpty(partnerId))
            return 0;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(partnerId), hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }
}
