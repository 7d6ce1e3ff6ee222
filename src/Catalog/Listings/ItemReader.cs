using System.Text.Json;
using StockPipeline.Catalog.Attributes;
using StockPipeline.Catalog.Offers;

namespace StockPipeline.Catalog.Listings;

/// <summary>
/// Reads the items of a partner's answer, one by one: one that cannot be read spoils no other. Fields that nobody needs may be anything.
/// </summary>
public sealed class ItemReader(string partner, string currency)
{
    /// <summary>Properties of one item; a card has some thirty.</summary>
    private const int MaxProperties = 500;

    private const int MaxName = 500;

    private const int MaxDescription = 20_000;

    /// <summary>Where the list stands in the answer.</summary>
    public string ListName => partner == KnownPartners.NetVideo ? "body" : "data";

    /// <summary>The number that the partner knows the item by; null where it says none.</summary>
    public string? IdOf(JsonElement item)
    {
        if (partner != KnownPartners.NetVideo && !(item.ValueKind == JsonValueKind.Object && item.TryGetProperty("product", out item)))
            return null;
        return item.ValueKind == JsonValueKind.Object && item.TryGetProperty(partner == KnownPartners.NetVideo ? "productId" : "id", out var id)
            && id.ValueKind is JsonValueKind.String or JsonValueKind.Number ? id.ToString() : null;
    }

    /// <exception cref="FormatException">The item cannot be read; the message says what is wrong, and where.</exception>
    public ReadItem Read(JsonElement item) => partner == KnownPartners.NetVideo ? ReadNetVideo(item) : ReadCountryLink(Member(item, "product", ""));

    private ReadItem ReadNetVideo(JsonElement item)
    {
        var properties = new List<ReadProperty>(16);
        foreach (var (group, path) in List(Member(item, "properties", ""), "key", "properties."))
        {
            var name = Text(group, "name", path);
            foreach (var (property, at) in List(group, "properties", $"{path}."))
            {
                if (!property.TryGetProperty("nameDescription", out var described)
                    || described.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
                    throw new FormatException($"{at}.nameDescription is neither a text nor null");
                Add(properties, new ReadProperty(
                    name, Loose(property, "id"), Text(property, "name", at), Text(property, "value", at), Loose(property, "measure"),
                    described.GetString()));
            }
        }
        return Checked(new ReadItem
        {
            PartnerId = Loose(item, "productId"), Name = Text(item, "name", ""), Brand = Text(item, "brandName", ""),
            Description = Text(item, "description", ""), Model = Loose(item, "modelName") is { Length: > 0 } model ? model : null,
            Properties = properties, Price = NetVideoPrice(item),
        });
    }

    private ReadItem ReadCountryLink(JsonElement item)
    {
        var properties = new List<ReadProperty>(32);
        foreach (var (group, path) in List(item, "propertiesGroup", "product."))
        {
            var name = Text(group, "name", path);
            foreach (var (property, at) in List(group, "properties", $"{path}."))
            {
                Add(properties, new ReadProperty(
                    name, Loose(property, "id"), Text(property, "name", at), Text(property, "value", at), Loose(property, "measure"),
                    Text(property, "description", at)));
            }
        }
        return Checked(new ReadItem
        {
            PartnerId = Loose(item, "id"), Name = Text(item, "name", "product"), Brand = Text(item, "brandCompanyName", "product"),
            Properties = properties, Price = CountryLinkPrice(item),
        });
    }

    private ReadPrice? NetVideoPrice(JsonElement item)
    {
        if (!item.TryGetProperty("price", out var price) || price.ValueKind == JsonValueKind.Null)
            return null;
        if (price.ValueKind != JsonValueKind.Number || PriceReading.Read(partner, price.GetRawText()) is not { } amount)
            throw new FormatException($"price is {Short(price)}, and not a number that a price can be");
        decimal? old = item.TryGetProperty("oldPrice", out var before) && before.ValueKind == JsonValueKind.Number
            ? PriceReading.Read(partner, before.GetRawText()) : null;
        return new ReadPrice(amount, old, currency, IsAvailable(item, "isAvailable"));
    }

    private ReadPrice? CountryLinkPrice(JsonElement item)
    {
        if (!item.TryGetProperty("price", out var price) || price.ValueKind == JsonValueKind.Null)
            return null;
        if (price.ValueKind != JsonValueKind.String || PriceReading.Read(partner, price.GetString()!) is not { } amount)
            throw new FormatException($"product.price is {Short(price)}, and not a text such as 46 490,00");
        var money = Loose(item, "currency");
        if (PriceReading.Currency(money.Length > 0 ? money : currency) is not { } code)
            throw new FormatException($"product.currency is '{money}', and not three letters");
        return new ReadPrice(amount, null, code, IsAvailable(item, "available"));
    }

    private static bool IsAvailable(JsonElement item, string field) =>
        !item.TryGetProperty(field, out var available) || available.ValueKind != JsonValueKind.False;

    private static ReadItem Checked(ReadItem item)
    {
        if (string.IsNullOrWhiteSpace(item.Name))
            throw new FormatException("name is blank");
        if (item.Name.Length > MaxName)
            throw new FormatException($"name has {item.Name.Length} letters, more than {MaxName}");
        return item.Description?.Length > MaxDescription
            ? throw new FormatException($"description has {item.Description.Length} letters, more than {MaxDescription}")
            : item;
    }

    private static void Add(List<ReadProperty> properties, ReadProperty property)
    {
        if (properties.Count >= MaxProperties)
            throw new FormatException($"it has more than {MaxProperties} properties");
        properties.Add(property);
    }

    private static JsonElement Member(JsonElement parent, string name, string path) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Object
            ? member
            : throw new FormatException($"{path}{name} is not an object");

    private static IEnumerable<(JsonElement Item, Place Path)> List(JsonElement parent, string name, string path)
    {
        if (!parent.TryGetProperty(name, out var list) || list.ValueKind != JsonValueKind.Array)
            throw new FormatException($"{path}{name} is not a list");
        var at = 0;
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object)
                throw new FormatException($"{path}{name}[{at}] is not an object");
            yield return (item, new Place(path, name, at++));
        }
    }

    private static string Text(JsonElement parent, string name, string path) => TextOf(parent, name)
        ?? throw new FormatException($"{(path.Length > 0 ? path + "." : "")}{name} is not a text");

    private static string Text(JsonElement parent, string name, Place at) => TextOf(parent, name)
        ?? throw new FormatException($"{at}.{name} is not a text");

    private static string? TextOf(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    /// <summary>What is good to know and never asked for: a text or a number, else nothing.</summary>
    private static string Loose(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var text) && text.ValueKind is JsonValueKind.String or JsonValueKind.Number ? text.ToString() : "";

    private static string Short(JsonElement element) => element.GetRawText() is { Length: > 40 } text ? text[..40] + "..." : element.GetRawText();

    /// <summary>Where something stands in an item; made a text only where something is wrong there.</summary>
    private readonly record struct Place(string Path, string Name, int At)
    {
        public override string ToString() => $"{Path}{Name}[{At}]";
    }
}
