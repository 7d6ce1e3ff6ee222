using System.Globalization;
using StockPipeline.Catalog.Naming;
using StockPipeline.CatalogApi.Searching;
using StockPipeline.CatalogApi.Storing;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.CatalogApi.V2;

/// <summary>Reads the query of a search; a parameter that nobody knows is an error and not passed over.</summary>
internal static class SearchQuery
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 100;

    private const int MaxRanges = 10;
    private const int MaxBrands = 50;

    /// <exception cref="FormatException">A parameter is not what it can be; the message names it.</exception>
    public static (ProductFilter Filter, string? Cursor, int Limit, bool Full) Read(IQueryCollection query, Dictionary dictionary)
    {
        var filter = new ProductFilter();
        var ranges = new List<AttributeRange>();
        string? cursor = null;
        var (limit, full) = (DefaultLimit, false);
        foreach (var (name, values) in query)
        {
            var text = values[^1] ?? "";
            switch (name)
            {
                case "q":
                    filter = filter with { Text = text };
                    break;
                case "brand":
                    filter = filter with { Brands = Brands(values.OfType<string>()) };
                    break;
                case "in_stock":
                    filter = filter with { InStock = bool.TryParse(text, out var wanted) ? wanted : throw Wrong(name, text, "true or false") };
                    break;
                case "price":
                    var (from, to) = Range(name, text);
                    filter = filter with { PriceFrom = (decimal?)from, PriceTo = (decimal?)to };
                    break;
                case "sort":
                    filter = filter with { Sort = Sort(text) };
                    break;
                case "cursor":
                    cursor = text;
                    break;
                case "limit":
                    limit = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var asked) && asked is > 0 and <= MaxLimit
                        ? asked : throw Wrong(name, text, $"1 to {MaxLimit}");
                    break;
                case "fields":
                    full = text == "full" ? true : text == "short" ? false : throw Wrong(name, text, "short or full");
                    break;
                default:
                    ranges.Add(AttributeRange(name, text, dictionary));
                    break;
            }
        }
        if (ranges.Count > MaxRanges)
            throw new FormatException($"more than {MaxRanges} attributes are filtered by");
        return (filter with { Ranges = [.. ranges.OrderBy(range => range.Attribute)] }, cursor, limit, full);
    }

    private static AttributeRange AttributeRange(string name, string text, Dictionary dictionary)
    {
        if (dictionary.Find(name) is not { Kind: CatalogKind.Number or CatalogKind.Flag } attribute)
            throw new FormatException($"{name} is neither a parameter nor an attribute with numbers; /api/v2/attributes lists those");
        if (attribute.Kind == CatalogKind.Flag)
        {
            var flag = text is "true" or "yes" ? 1 : text is "false" or "no" ? 0 : throw Wrong(name, text, "true or false");
            return new AttributeRange(attribute.Number, flag, flag);
        }
        var (from, to) = Range(name, text);
        return new AttributeRange(attribute.Number, from, to);
    }

    private static List<string> Brands(IEnumerable<string> values)
    {
        var brands = values.SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Select(TextFold.Fold).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return brands.Count <= MaxBrands ? brands : throw new FormatException($"more than {MaxBrands} brands are filtered by");
    }

    private static (double? From, double? To) Range(string name, string text)
    {
        var parts = text.Split("..");
        if (parts.Length == 1 && Number(parts[0]) is { } exact)
            return (exact, exact);
        if (parts.Length == 2 && text.Length > 2 && (parts[0].Length == 0 || Number(parts[0]) is not null)
            && (parts[1].Length == 0 || Number(parts[1]) is not null))
            return (Number(parts[0]), Number(parts[1]));
        throw Wrong(name, text, "a number, or a range such as 8..16, 8.. or ..16");
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        && Math.Abs(number) < 1e15 ? number : null;

    private static ProductSort Sort(string text) => text switch
    {
        "id" => ProductSort.Number,
        "name" => ProductSort.Name,
        "price" => ProductSort.Price,
        "changed" => ProductSort.Changed,
        _ => throw Wrong("sort", text, "id, name, price, changed"),
    };

    private static FormatException Wrong(string name, string text, string allowed) => new($"{name} is '{text}'; allowed: {allowed}");
}
