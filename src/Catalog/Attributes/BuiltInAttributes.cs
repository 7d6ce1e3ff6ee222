using StockPipeline.Contracts.Catalog;

namespace StockPipeline.Catalog.Attributes;

/// <summary>
/// The attributes that both partners' listings are known to hold. Numbers and codes stay for ever: ids, links and rules are made of them. The
/// greatest value of each is less than a thousand times the least, so that one in a unit wrong by a thousand is never taken for true.
/// </summary>
public static class BuiltInAttributes
{
    private static readonly CatalogGroup Factory = new("factory", 1, "Заводские данные");

    private static readonly CatalogGroup Card = new("card", 2, "Видеокарта");

    private static readonly CatalogGroup Processor = new("processor", 3, "Видеопроцессор");

    private static readonly CatalogGroup Power = new("power", 4, "Электропитание");

    private static readonly CatalogGroup Memory = new("memory", 5, "Оперативная память");

    private static readonly CatalogGroup Main = new("main", 6, "Основные характеристики");

    private static readonly CatalogGroup Cooling = new("cooling", 7, "Охлаждение");

    private static readonly CatalogGroup Technologies = new("technologies", 8, "Технологии");

    private static readonly CatalogGroup Connectors = new("connectors", 9, "Разъемы");

    private static readonly CatalogGroup Dimensions = new("dimensions", 10, "Размеры");

    private static readonly CatalogGroup Packaging = new("packaging", 11, "Упаковка");

    private static readonly (CatalogAttribute Attribute, string BareUnit)[] Table =
    [
        Of(1, "warranty_months", Factory, CatalogKind.Number, Units.Month, 1, 240, "Warranty",
            KnownPartners.NetVideo, "5552", "Гарантия", "год"),
        Of(2, "memory_gb", Card, CatalogKind.Number, Units.Gigabyte, 0.5, 384, "Video memory",
            KnownPartners.NetVideo, "2087", "Объем видеопамяти", "ГБ"),
        Of(3, "memory_type", Card, CatalogKind.Text, "", null, null, "Memory type",
            KnownPartners.NetVideo, "2383", "Тип видеопамяти", ""),
        Of(4, "bus_width_bit", Card, CatalogKind.Number, Units.Bit, 16, 8192, "Memory bus width",
            KnownPartners.NetVideo, "2384", "Разрядность шины памяти", "Бит"),
        Of(5, "card", Card, CatalogKind.Text, "", null, null, "Card",
            KnownPartners.NetVideo, "620", "Видеокарта", ""),
        Of(6, "gpu_clock_mhz", Processor, CatalogKind.Number, Units.Megahertz, 100, 6000, "GPU clock",
            KnownPartners.NetVideo, "2385", "Частота графического процессора", "МГц"),
        Of(7, "alu_count", Processor, CatalogKind.Number, "", 32, 30000, "Shader units",
            KnownPartners.NetVideo, "2386", "Число универсальных процессоров", ""),
        Of(8, "power_connector", Power, CatalogKind.Text, "", null, null, "Power connector",
            KnownPartners.NetVideo, "2392", "Разъем питания", ""),
        Of(9, "power_supply_w", Power, CatalogKind.Number, Units.Watt, 50, 3000, "Recommended power supply",
            KnownPartners.NetVideo, "2393", "Рекомендуемая мощность БП", "Вт"),
        Of(10, "memory_clock_mhz", Memory, CatalogKind.Number, Units.Megahertz, 100, 60000, "Memory clock",
            KnownPartners.NetVideo, "634", "Частота памяти", "МГц"),
        Of(11, "interface", Main, CatalogKind.Text, "", null, null, "Interface",
            KnownPartners.CountryLink, "1000003261", "Интерфейс", ""),
        Of(12, "process_nm", Main, CatalogKind.Number, Units.Nanometre, 1, 350, "Process",
            KnownPartners.CountryLink, "4415", "Техпроцесс", "нм"),
        Of(13, "max_resolution", Main, CatalogKind.Size, Units.Pixel, 320, 32768, "Maximum resolution",
            KnownPartners.CountryLink, "1000000623", "Максимальное разрешение", "px"),
        Of(14, "cuda_cores", Main, CatalogKind.Number, "", 32, 30000, "CUDA cores",
            KnownPartners.CountryLink, "198580", "Число процессоров (ядер) CUDA", ""),
        Of(15, "cooling", Cooling, CatalogKind.Text, "", null, null, "Cooling",
            KnownPartners.CountryLink, "4430", "Система охлаждения", ""),
        Of(16, "cooler_slots", Cooling, CatalogKind.Text, "", null, null, "Cooler design",
            KnownPartners.CountryLink, "5390", "Конструкция системы охлаждения", ""),
        Of(17, "fan_type", Cooling, CatalogKind.Text, "", null, null, "Fan type",
            KnownPartners.CountryLink, "198577", "Тип вентилятора", ""),
        Of(18, "fan_count", Cooling, CatalogKind.Number, "", 0, 10, "Fans",
            KnownPartners.CountryLink, "198563", "Количество вентиляторов", ""),
        Of(19, "nvidia_technologies", Technologies, CatalogKind.List, "", null, null, "NVIDIA technologies",
            KnownPartners.CountryLink, "162391", "Поддержка технологий NVIDIA", ""),
        Of(20, "ray_tracing", Technologies, CatalogKind.Flag, "", null, null, "Ray tracing",
            KnownPartners.CountryLink, "155528", "Поддержка трассировки лучей", ""),
        Of(21, "dlss", Technologies, CatalogKind.Flag, "", null, null, "DLSS",
            KnownPartners.CountryLink, "158136", "Поддержка DLSS", ""),
        Of(22, "opengl", Technologies, CatalogKind.Text, "", null, null, "OpenGL",
            KnownPartners.CountryLink, "198572", "Поддержка OpenGL", ""),
        Of(23, "directx", Technologies, CatalogKind.Text, "", null, null, "DirectX",
            KnownPartners.CountryLink, "198570", "Поддержка DirectX", ""),
        Of(24, "hdmi_count", Connectors, CatalogKind.Number, "", 0, 16, "HDMI connectors",
            KnownPartners.CountryLink, "4424", "Разъемов HDMI", ""),
        Of(25, "hdmi_version", Connectors, CatalogKind.Text, "", null, null, "HDMI version",
            KnownPartners.CountryLink, "4678", "Версия разъема HDMI", ""),
        Of(26, "displayport_count", Connectors, CatalogKind.Number, "", 0, 16, "DisplayPort connectors",
            KnownPartners.CountryLink, "4426", "Количество разъемов DisplayPort", ""),
        Of(27, "displayport_version", Connectors, CatalogKind.Text, "", null, null, "DisplayPort version",
            KnownPartners.CountryLink, "4690", "Версия разъема DisplayPort", ""),
        Of(28, "monitor_count", Connectors, CatalogKind.Number, "", 0, 32, "Monitors supported",
            KnownPartners.CountryLink, "176972", "Количество поддерживаемых мониторов", ""),
        Of(29, "length_mm", Dimensions, CatalogKind.Number, Units.Millimetre, 50, 700, "Length",
            KnownPartners.CountryLink, "4432", "Длина видеокарты", "мм"),
        Of(30, "height_mm", Dimensions, CatalogKind.Number, Units.Millimetre, 20, 400, "Height",
            KnownPartners.CountryLink, "176969", "Высота видеокарты", "мм"),
        Of(31, "thickness_mm", Dimensions, CatalogKind.Number, Units.Millimetre, 5, 200, "Thickness",
            KnownPartners.CountryLink, "176974", "Толщина видеокарты", "мм"),
        Of(32, "package_size_mm", Packaging, CatalogKind.Size, Units.Millimetre, 10, 2000, "Package size",
            KnownPartners.CountryLink, "166024", "Габариты упаковки (ед) ДхШхВ", "м"),
        Of(33, "package_weight_g", Packaging, CatalogKind.Number, Units.Gram, 50, 30000, "Package weight",
            KnownPartners.CountryLink, "171239", "Вес упаковки (ед)", "кг"),
    ];

    public static IReadOnlyList<CatalogAttribute> All { get; } = [.. Table.Select(row => row.Attribute)];

    public static IReadOnlyList<CatalogGroup> Groups { get; } =
        [Factory, Card, Processor, Power, Memory, Main, Cooling, Technologies, Connectors, Dimensions, Packaging];

    private static readonly Dictionary<string, string> BareUnits =
        Table.ToDictionary(row => row.Attribute.Code, row => row.BareUnit, StringComparer.Ordinal);

    /// <summary>The unit of numbers of this attribute that come without one.</summary>
    public static string BareUnitOf(string code) => BareUnits.GetValueOrDefault(code, "");

    private static (CatalogAttribute Attribute, string BareUnit) Of(
        int number, string code, CatalogGroup group, CatalogKind kind, string unit, double? min, double? max, string english,
        string partner, string id, string name, string bareUnit) => (new CatalogAttribute
        {
            Code = code, Number = number, Group = group, Kind = kind, Unit = unit, Min = min, Max = max, EnglishName = english,
            Names = [new CatalogAttributeName(partner, id, name)],
        }, bareUnit);
}
