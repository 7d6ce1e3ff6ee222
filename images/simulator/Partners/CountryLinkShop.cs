using System.Globalization;
using System.Text.Json;

namespace StockPipeline.Simulator.Partners;

/// <summary>Writes items as CountryLink's interface does, field by field in its order.</summary>
internal static class CountryLinkShop
{
    public const string Path = "/country_link/catalog/gpu_cards/list";

    private const int Properties = 23;

    private static readonly JsonEncodedText IdField = JsonEncodedText.Encode("id");
    private static readonly JsonEncodedText NameField = JsonEncodedText.Encode("name");
    private static readonly JsonEncodedText DescriptionField = JsonEncodedText.Encode("description");
    private static readonly JsonEncodedText ValueField = JsonEncodedText.Encode("value");
    private static readonly JsonEncodedText MeasureField = JsonEncodedText.Encode("measure");

    public static void Write(Utf8JsonWriter json, ShopItem item, bool withPrice)
    {
        string One(int property, string[] pool) => item.DiceOf(property, Properties).One(property, pool);
        string Number(int property, int first, int last) => item.DiceOf(property, Properties).Text(property, first, last);
        var length = Number(18, 270, 369);

        json.WriteStartObject();
        json.WriteStartObject("product");
        json.WriteString("id", item.Dice.Id(2));
        json.WriteString("name", item.Name);
        json.WriteString("brandCompanyName", item.Brand);
        json.WriteStartArray("propertiesGroup");
        Begin(json, 1584, "Основные характеристики");
        Property(json, 1000003261, "Интерфейс", One(0, CardPool.Interfaces), "", item);
        Property(json, 4415, "Техпроцесс", One(1, CardPool.Processes), "нм", item);
        Property(json, 1000000623, "Максимальное разрешение", One(2, CardPool.Resolutions), "", item);
        Property(json, 198580, "Число процессоров (ядер) CUDA", Number(3, 10240, 12399), "", item);
        Next(json, 2540, "Охлаждение");
        Property(json, 4430, "Система охлаждения", "активное", "", item);
        Property(json, 5390, "Конструкция системы охлаждения", One(5, CardPool.CoolerDesigns), "", item);
        Property(json, 198577, "Тип вентилятора", One(6, CardPool.FanTypes), "", item);
        Property(json, 198563, "Количество вентиляторов", Number(7, 1, 2), "", item);
        Next(json, 1585, "Технологии");
        Property(json, 162391, "Поддержка технологий NVIDIA", Technologies(item.DiceOf(8, Properties)), "", item);
        Property(json, 155528, "Поддержка трассировки лучей", One(9, CardPool.YesOrNo), "", item);
        Property(json, 158136, "Поддержка DLSS", One(10, CardPool.YesOrNo), "", item);
        Property(json, 198572, "Поддержка OpenGL", One(11, CardPool.OpenGl), "", item);
        Property(json, 198570, "Поддержка DirectX", One(12, CardPool.DirectX), "", item);
        Next(json, 1586, "Разъемы");
        Property(json, 4424, "Разъемов HDMI", "1", "", item);
        Property(json, 4678, "Версия разъема HDMI", One(14, CardPool.Hdmi), "", item);
        Property(json, 4426, "Количество разъемов DisplayPort", "1", "", item);
        Property(json, 4690, "Версия разъема DisplayPort", One(16, CardPool.DisplayPort), "", item);
        Property(json, 176972, "Количество поддерживаемых мониторов", Number(17, 2, 5), "", item);
        Next(json, 1588, "Размеры");
        // The same length in another unit, and one that is wrong by a thousand.
        Property(json, 4432, "Длина видеокарты", length, item.Fault == ItemFault.WrongUnit ? "м" : "мм", item);
        Property(json, 176969, "Высота видеокарты", Number(19, 123, 144), "мм", item);
        Property(json, 176974, "Толщина видеокарты", Number(20, 51, 68), "мм", item);
        Next(json, 1718, "Упаковка");
        Property(json, 166024, "Габариты упаковки (ед) ДхШхВ", Package(item.DiceOf(21, Properties)), "м", item);
        Property(json, 171239, "Вес упаковки (ед)", $"2.{Number(22, 311, 588)}", "кг", item);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        if (withPrice)
        {
            json.WriteString("price", Money(item.Price));
            json.WriteString("currency", "RUB");
            json.WriteBoolean("available", item.Available);
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>One to four of them, in any order, as a list of Python is printed.</summary>
    private static string Technologies(ShopDice dice)
    {
        var left = CardPool.Technologies.ToList();
        var chosen = new List<string>();
        for (var count = dice.Between(100, 1, 4); count > 0; count--)
        {
            var at = dice.Below(100 + count, left.Count);
            chosen.Add($"'{left[at]}'");
            left.RemoveAt(at);
        }
        return $"[{string.Join(", ", chosen)}]";
    }

    private static string Package(ShopDice dice) => string.Create(
        CultureInfo.InvariantCulture, $"0.{dice.Between(201, 29, 48)}x0.{dice.Between(202, 10, 16)}x0.{dice.Between(203, 22, 33)}");

    private static string Money(int amount) => amount.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', ' ') + ",00";

    private static void Next(Utf8JsonWriter json, int id, string name)
    {
        json.WriteEndArray();
        json.WriteEndObject();
        Begin(json, id, name);
    }

    private static void Begin(Utf8JsonWriter json, int id, string name)
    {
        json.WriteStartObject();
        json.WriteNumber("id", id);
        json.WriteString("name", name);
        json.WriteStartArray("properties");
    }

    private static void Property(Utf8JsonWriter json, int id, string name, string value, string measure, ShopItem item)
    {
        json.WriteStartObject();
        json.WriteNumber(IdField, id);
        json.WriteString(NameField, name);
        json.WriteString(DescriptionField, CountryLinkTexts.Of(id));
        if (item.Fault == ItemFault.Unreadable && id == 4432)
            json.WriteNull(ValueField);
        else
            json.WriteString(ValueField, value);
        json.WriteString(MeasureField, measure);
        json.WriteEndObject();
    }
}
