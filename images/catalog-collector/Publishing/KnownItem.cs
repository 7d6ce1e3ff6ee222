using StockPipeline.Catalog.Listings;

namespace StockPipeline.CatalogCollector.Publishing;

/// <summary>What is kept of a product that the partner has: enough to know what differs, and no more, for there are a hundred thousand.</summary>
internal sealed class KnownItem(string product)
{
    public string Product { get; } = product;

    /// <summary>Empty until an item is known: an offer may be read before it.</summary>
    public string Hash { get; set; } = "";

    public string PartnerId { get; set; } = "";

    public string Fingerprint { get; set; } = "";

    public PropertyTimes? Times { get; set; }

    /// <summary>Over the bytes of the item as it came last; zero where it did not in this process.</summary>
    public UInt128 RawSum { get; set; }

    /// <summary>The offer that was published last.</summary>
    public KnownOffer? Offer { get; set; }

    /// <summary>Complete listings in a row that lacked it.</summary>
    public int Missed { get; set; }

    /// <summary>The listing that held it last.</summary>
    public long Listing { get; set; }
}

/// <summary>What an offer said.</summary>
internal sealed record KnownOffer(decimal Price, decimal? OldPrice, string Currency, bool Available);
