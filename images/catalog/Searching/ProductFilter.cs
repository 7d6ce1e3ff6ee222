using System.Security.Cryptography;
using System.Text.Json;

namespace StockPipeline.CatalogApi.Searching;

/// <summary>In which order products are listed.</summary>
internal enum ProductSort
{
    Number,
    Name,
    Price,
    Changed,
}

/// <summary>A range of one attribute's numbers; an open end is null.</summary>
internal sealed record AttributeRange(int Attribute, double? From, double? To);

/// <summary>What is searched for, and in which order it is listed.</summary>
internal sealed record ProductFilter
{
    public string Text { get; init; } = "";

    /// <summary>Folded.</summary>
    public IReadOnlyList<string> Brands { get; init; } = [];

    public IReadOnlyList<AttributeRange> Ranges { get; init; } = [];

    public bool? InStock { get; init; }

    public decimal? PriceFrom { get; init; }

    public decimal? PriceTo { get; init; }

    public ProductSort Sort { get; init; }

    /// <summary>All of it in few letters: a cursor carries it, so that it goes on in the list that it came from.</summary>
    public string Sum => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
        new object?[] { Text, Brands, Ranges, InStock, PriceFrom, PriceTo, Sort })).AsSpan(0, 6));
}
