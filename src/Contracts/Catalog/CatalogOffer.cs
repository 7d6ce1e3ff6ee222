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
}
