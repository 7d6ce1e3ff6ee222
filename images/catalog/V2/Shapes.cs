using StockPipeline.Avro.Records.Catalog;
using StockPipeline.CatalogApi.Reading;
using StockPipeline.CatalogApi.Storing;
using StockPipeline.CatalogApi.V1;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.CatalogApi.V2;

/// <summary>A price, whose it is, and how old the partner's word is; where the partner says another one that leaps, that one is held.</summary>
public sealed record OfferShape(
    string Partner, decimal Price, decimal? OldPrice, string Currency, bool InStock, DateTimeOffset Since, DateTimeOffset? HeardAt, bool Fresh,
    decimal? Held, DateTimeOffset? HeldSince)
{
    /// <summary>False where all that the partner ever said is held: such a price is never the best.</summary>
    public bool Believed => Held != Price;
}

/// <summary>What a partner said that was not taken.</summary>
public sealed record OtherShape(string Partner, string Value, string Raw);

/// <summary>One value with its unit, its origin and its age.</summary>
public sealed record ValueShape
{
    public required string Attribute { get; init; }

    public required string Name { get; init; }

    public required string EnglishName { get; init; }

    public required string Group { get; init; }

    public required string Kind { get; init; }

    /// <summary>The normal form as text.</summary>
    public required string Value { get; init; }

    public double? Number { get; init; }

    public IReadOnlyList<string>? Items { get; init; }

    public required string Unit { get; init; }

    /// <summary>As its partner wrote it, with the unit that stood beside it.</summary>
    public required string Raw { get; init; }

    public required bool Suspect { get; init; }

    public required string Partner { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }

    public required IReadOnlyList<OtherShape> Others { get; init; }

    public string? Description { get; init; }
}

/// <summary>A product in a list.</summary>
public sealed record LineShape
{
    public required int Id { get; init; }

    public required string Key { get; init; }

    public required int Revision { get; init; }

    public required string Name { get; init; }

    public required string Brand { get; init; }

    public required string Model { get; init; }

    public required bool InStock { get; init; }

    public decimal? Price { get; init; }

    public string? PriceOf { get; init; }

    public required string Currency { get; init; }

    public required double Completeness { get; init; }

    public required int Conflicts { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>Only where full products are asked for.</summary>
    public IReadOnlyList<ValueShape>? Values { get; init; }
}

/// <summary>A page of products.</summary>
/// <param name="Items">The products.</param>
/// <param name="Next">The cursor of the next page; null at the end.</param>
/// <param name="Total">How many there are.</param>
public sealed record PageShape(IReadOnlyList<LineShape> Items, string? Next, int Total);

/// <summary>Who has a product, and since when it says what it says.</summary>
public sealed record SourceShape(string Partner, string PartnerId, DateTimeOffset ObservedAt, DateTimeOffset? HeardAt);

/// <summary>All that is known of a product.</summary>
public sealed record ProductShape
{
    public required LineShape Summary { get; init; }

    public required string NameOf { get; init; }

    public required string Description { get; init; }

    public required string DescriptionOf { get; init; }

    public required IReadOnlyList<ValueShape> Values { get; init; }

    public required IReadOnlyList<OfferShape> Offers { get; init; }

    public required IReadOnlyList<SourceShape> Sources { get; init; }

    public required IReadOnlyList<OtherShape> OtherNames { get; init; }
}

/// <summary>A price from a moment on; without one the product was not offered.</summary>
public sealed record PriceShape(string Partner, DateTimeOffset At, decimal? Price, string? Currency, bool InStock);

/// <summary>The history of a product's prices.</summary>
/// <param name="Points">In the order of time.</param>
/// <param name="LowestOfThirtyDays">By partner: the lowest of the thirty days before its last cut, or before now where there was none.</param>
public sealed record PricesShape(IReadOnlyList<PriceShape> Points, IReadOnlyDictionary<string, decimal?> LowestOfThirtyDays);

/// <summary>One change.</summary>
public sealed record ChangeShape(
    string Product, int Revision, string Field, string? From, string? To, string Partner, DateTimeOffset At);

/// <summary>A page of the feed of changes.</summary>
/// <param name="Items">The changes, those of one product in their order.</param>
/// <param name="After">What to ask with for those that follow.</param>
public sealed record FeedShape(IReadOnlyList<ChangeShape> Items, string After);

/// <summary>One attribute of the dictionary.</summary>
public sealed record AttributeShape(
    string Code, int Number, string Name, string EnglishName, string Group, string Kind, string Unit, double? Min, double? Max, long Products,
    bool Filterable, bool Unmapped, string? Description);

/// <summary>A brand and how many products it has.</summary>
public sealed record BrandShape(string Brand, long Products);

/// <summary>How a partner was heard last.</summary>
public sealed record PartnerShape(
    string Partner, string State, int Products, int BadItems, DateTimeOffset? CompleteAt, DateTimeOffset TriedAt, bool OffersAreFresh, string? Error,
    int HeldPrices);

/// <summary>A person's word on what a partner's product is.</summary>
public sealed record AliasShape(string Partner, string Fingerprint, string Product);

/// <summary>The product that a fingerprint is to belong to.</summary>
public sealed record AliasEdit(string Product);

/// <summary>A product to be entered.</summary>
public sealed record ProductEntry(string Name, string Brand, string Description);

/// <summary>What is to be changed of a product; what is missing stays. A value of null takes an edit back.</summary>
public sealed record ProductEdit
{
    public string? Name { get; init; }

    public string? Brand { get; init; }

    public string? Description { get; init; }

    /// <summary>By the attribute's code.</summary>
    public IReadOnlyDictionary<string, string?>? Values { get; init; }
}

/// <summary>Makes the shapes of what is stored.</summary>
internal sealed class Shaping(CatalogState state, string currency)
{
    public LineShape Line(ProductLine line) => new()
    {
        Id = line.Id, Key = line.Key, Revision = line.Revision, Name = line.Name, Brand = line.Brand, Model = line.Model, InStock = line.InStock,
        Price = line.Price, PriceOf = line.PriceOf, Currency = currency, Completeness = line.Completeness, Conflicts = line.Conflicts,
        ChangedAt = line.ChangedAt, Values = line.Record is { } record ? Values(CatalogFormats.Product.Read(record)) : null,
    };

    public IReadOnlyList<ValueShape> Values(CatalogProduct product)
    {
        var dictionary = state.Dictionary;
        return
        [
            .. from group_ in dictionary.GroupsOf(product)
               from pair in group_.Properties
               select Value(pair.Attribute, pair.Property, group_.Name),
        ];
    }

    public ProductShape Product(CatalogProduct product, ProductLine line, IReadOnlyList<OfferShape> offers) => new()
    {
        Summary = Line(line), NameOf = product.Name.Partner, Description = product.Description.Value,
        DescriptionOf = product.Description.Partner, Values = Values(product), Offers = offers,
        Sources =
        [
            .. product.Sources.Select(source => new SourceShape(
                source.Partner, source.PartnerId, source.ObservedAt, state.Partners.GetValueOrDefault(source.Partner)?.CompleteAt)),
        ],
        OtherNames = [.. product.Name.Others.Select(other => new OtherShape(other.Partner, other.Value, other.Raw))],
    };

    private static ValueShape Value(CatalogAttribute attribute, CatalogProductProperty property, string group)
    {
        var value = property.Value;
        return new ValueShape
        {
            Attribute = attribute.Code, Name = FirstAnswers.NameOf(attribute, property), EnglishName = attribute.EnglishName, Group = group,
            Kind = Text(value.Kind), Value = value.Display, Number = value is { Kind: CatalogKind.Number, Numbers: [var number] } ? number : null,
            Items = value.Kind == CatalogKind.List ? value.Items : null, Unit = value.Kind is CatalogKind.Number or CatalogKind.Size
                ? attribute.Unit : "",
            Raw = value.RawUnit.Length > 0 ? $"{value.Raw} {value.RawUnit}" : value.Raw, Suspect = value.Suspect, Partner = property.Partner,
            ChangedAt = property.ChangedAt, Others = [.. property.Others.Select(other => new OtherShape(other.Partner, other.Value, other.Raw))],
            Description = property.Description ?? attribute.Description,
        };
    }

    public static string Text<T>(T symbol)
        where T : struct, Enum => symbol.ToString().ToLowerInvariant();
}
