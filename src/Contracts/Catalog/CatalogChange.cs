namespace StockPipeline.Contracts.Catalog;

/// <summary>That one field of a product became another: what was, what is, and by whose word.</summary>
public sealed record CatalogChange
{
    /// <summary>The field of a price's change is this and the partner's name.</summary>
    public const string PricePrefix = "price/";

    /// <summary>The field of a price that is said and not believed yet is this and the partner's name; it is no price until it is believed.</summary>
    public const string HeldPricePrefix = "held-price/";

    /// <summary>The field of a product that came, went or came back.</summary>
    public const string ProductField = "product";

    /// <summary>The field of a partner that began or ceased to have a word on the product is this and its name.</summary>
    public const string SourcePrefix = "source/";

    public required string Product { get; init; }

    /// <summary>The revision that it made; 0 for prices, which have none.</summary>
    public required int Revision { get; init; }

    /// <summary>An attribute's code, or name, brand, description, product, source/partner, price/partner, or held-price/partner.</summary>
    public required string Field { get; init; }

    public string? From { get; init; }

    public string? To { get; init; }

    /// <summary>Whose word is the new value; where a value went, whose it was.</summary>
    public required string Partner { get; init; }

    public required DateTimeOffset At { get; init; }
}
