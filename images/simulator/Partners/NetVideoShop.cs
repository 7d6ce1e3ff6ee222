using System.Globalization;
using System.Text.Json;

namespace StockPipeline.Simulator.Partners;

/// <summary>Writes items as NetVideo's interface does, field by field in its order.</summary>
internal static class NetVideoShop
{
    public const string Path = "/net_video/products/graphic_cards/list";

    private const int Properties = 10;
    private const string CardText =
        "Название графического процессора, по которому судят о производительности, поколении и наборе возможностей всей видеокарты в целом.";
    private const string ClockText =
        "Эффективная частота, на которой работает видеопамять: чем она выше, тем больше данных проходит по шине за одно и то же время.";

    public static void Write(Utf8JsonWriter json, ShopItem item, bool withPrice)
    {
        string One(int property, string[] pool) => item.DiceOf(property, Properties).One(property, pool);
        string Number(int property, int first, int last) => item.DiceOf(property, Properties).Text(property, first, last);
        var (memory, type, bus) = (One(1, CardPool.MemorySizes), One(2, CardPool.MemoryTypes), One(3, CardPool.BusWidths));
        var (clock, units) = (One(9, CardPool.MemoryClocks), Number(6, 3584, 4678));
        var wrong = item.Fault == ItemFault.WrongUnit;

        json.WriteStartObject();
        json.WriteString("productId", item.Dice.Id(0));
        json.WriteString("name", item.Name);
        json.WriteString("brandName", item.Brand);
        json.WriteStartObject("category");
        json.WriteString("id", "5438");
        json.WriteString("name", "Видеокарты");
        json.WriteEndObject();
        json.WriteString("materialCisNumber", "30069340");
        json.WriteString("description", $"Видеокарта {item.Card} рассчитана на игры и работу с графикой. Память типа {type} объемом "
            + $"{memory.Replace("ГБ", "Гб", StringComparison.Ordinal)} работает на частоте {clock} МГц и связана с процессором шиной "
            + $"разрядностью {bus} "
            + $"бит, а вычисления ведут {units} универсальных процессоров. Система охлаждения держит температуру под долгой нагрузкой и "
            + "остается тихой.");
        json.WriteString("modelName", item.Card);
        json.WriteStartObject("properties");
        json.WriteStartArray("key");
        Begin(json, "Заводские данные", 1);
        Property(json, 5552, "Гарантия", One(0, CardPool.Warranties), null, 1, null, item);
        Next(json, "Видеокарта", 2);
        Property(json, 2087, "Объем видеопамяти", memory, null, 2, null, item);
        Property(json, 2383, "Тип видеопамяти", type, null, 3, null, item);
        Property(json, 2384, "Разрядность шины памяти", wrong ? bus + "000" : bus, null, 4, "Бит", item);
        Property(json, 620, "Видеокарта", item.Card, CardText, 8, null, item);
        Next(json, "Видеопроцессор", 5);
        Property(json, 2385, "Частота графического процессора", Number(5, 1807, 3344) + (wrong ? "000" : ""), null, 5, "МГц", item);
        Property(json, 2386, "Число универсальных процессоров", units, null, 15, null, item);
        Next(json, "Электропитание", 6);
        Property(json, 2392, "Разъем питания", One(7, CardPool.PowerConnectors), null, 6, null, item);
        Property(json, 2393, "Рекомендуемая мощность БП", One(8, CardPool.PowerSupplies) + (wrong ? "000" : ""), null, 7, "Вт", item);
        Next(json, "Оперативная память", 9);
        Property(json, 634, "Частота памяти", clock, ClockText, 9, "МГц", item);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteString("brandNameTranslit", item.Brand.ToLowerInvariant());
        json.WriteString("brandId", "1001");
        json.WriteString("brandLogoUrl", $"jcr:{item.Dice.Id(1)}");
        json.WriteBoolean("isBrandVisible", true);
        json.WriteStartArray("groups");
        Crumb(json, "Компьютерные комплектующие", "17704", "5427", "komputernye-komplektuushhie", 0);
        Crumb(json, "Видеокарты", "17709", "5429", "videokarty", 1);
        Crumb(json, "Видеокарты", "17710", "5438", "videokarty", 2);
        json.WriteEndArray();
        json.WriteStartObject("rating");
        json.WriteNumber("star", 5);
        json.WriteNumber("count", 1);
        json.WriteNumber("percent", 101);
        json.WriteEndObject();
        if (withPrice)
        {
            json.WriteNumber("price", item.Price);
            json.WriteNumber("oldPrice", item.Price + (item.Price / 20));
            json.WriteBoolean("isAvailable", item.Available);
        }
        json.WriteEndObject();
    }

    private static void Next(Utf8JsonWriter json, string name, int priority)
    {
        json.WriteEndArray();
        json.WriteEndObject();
        Begin(json, name, priority);
    }

    private static void Begin(Utf8JsonWriter json, string name, int priority)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteNumber("priority", priority);
        json.WriteStartArray("properties");
    }

    private static void Property(
        Utf8JsonWriter json, int id, string name, string value, string? description, int priority, string? measure, ShopItem item)
    {
        json.WriteStartObject();
        json.WriteNumber("id", id);
        json.WriteString("name", name);
        // A number where a text is due: what made the first collector refuse a whole answer.
        if (item.Fault == ItemFault.Unreadable && id == 2384)
            json.WriteNumber("value", int.Parse(value, CultureInfo.InvariantCulture));
        else
            json.WriteString("value", value);
        json.WriteString("nameDescription", description);
        json.WriteNull("valueDescription");
        json.WriteNumber("priority", priority);
        json.WriteString("measure", measure);
        json.WriteNull("iconPath");
        json.WriteEndObject();
    }

    private static void Crumb(Utf8JsonWriter json, string name, string group, string seo, string translit, int level)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("groupId", group);
        json.WriteString("seoId", seo);
        json.WriteString("translitName", translit);
        json.WriteNumber("level", level);
        json.WriteEndObject();
    }
}
