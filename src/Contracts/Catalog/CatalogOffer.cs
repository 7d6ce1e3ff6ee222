namespace StockPipeline.Contracts.Catalog;

/// <summary>For how much a partner sells a product. Apart from the item, so that prices do not rewrite specifications.</summary>
public sealed record CatalogOffer
{
    /// <summary>Digits after the point that a price is kept with.</summary>
    public const int Scale = 4;

    /// <summary>No price is as high: a hundred million millions.</summary>
    public const decimal MaxPrice = 100_000_000_000_000m;

    public required string Product { get; init; }

    public required string Partner { get; init; }

    public required decimal Price { get; init; }

    /// <summary>What it was before, by the partner's own word.</summary>
    public decimal? OldPrice { get; init; }

    /// <summary>Three letters of ISO 4217.</summary>
    public required string Currency { get; init; }

    public required bool Available { get; init; }

    /// <summary>When the partner first said it so.</summary>
    public required DateTimeOffset ObservedAt { get; init; }

    /// <summary>What the partner says instead of the price and nobody believes yet; null where the price is its word.</summary>
    public decimal? Held { get; init; }

    /// <summary>Since when the partner has said so; null where nothing is held.</summary>
    public DateTimeOffset? HeldSince { get; init; }

    /// <summary>Whether the price can be counted with: false where all that the partner ever said is held.</summary>
    public bool IsBelieved => Held != Price;
}
