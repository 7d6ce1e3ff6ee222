namespace StockPipeline.Simulator.Partners;

/// <summary>What the shops sell and what their values are drawn from: the same pools as the first stand-in's.</summary>
internal static class CardPool
{
    public static readonly string[] Brands = ["MSI", "ASUS", "ASRock", "GIGABYTE", "Palit"];

    public static readonly string[] Cards =
    [
        .. Of("GeForce RTX ", "2060", "2060 SUPER", "2080 Ti", "3050", "3050 8 GB", "3060", "3060 Ti", "3070", "3070 Ti", "3080", "3090", "4050",
            "4060", "4060 Ti 8 GB", "4070", "4070 SUPER", "4070 Ti", "4070 Ti SUPER", "4080", "4080 SUPER", "4090", "5070", "5090"),
        .. Of("GeForce GTX ", "750 Ti", "960", "970", "1050", "1050 Ti", "1060", "1070", "1080", "1080 Ti", "1650", "1660 SUPER", "1660 Ti"),
        .. Of("Radeon ", "RX 550", "RX 570", "RX 580", "RX 5700 XT", "RX 6600", "RX 6600 XT", "RX 6650 XT", "RX 6700 XT", "RX 6750 XT", "RX 7600",
            "RX 7700 XT", "RX 7800 XT", "RX 7900 GRE", "RX 7900 XTX", "780M", "Vega 8"),
    ];

    /// <summary>Words that tell one make of a card from another, for shops with more products than there are cards.</summary>
    public static readonly string[] Editions =
    [
        "Gaming X", "Ventus 2X", "Ventus 3X", "Dual OC", "TUF Gaming", "Strix", "Eagle", "Windforce", "Aero", "Challenger", "Phantom",
        "Steel Legend", "GamingPro", "Dual", "JetStream", "StormX",
    ];

    public static readonly string[] Warranties = ["2 года", "3 года"];

    public static readonly string[] MemorySizes = ["4 ГБ", "8 ГБ", "16 ГБ", "24 ГБ"];

    /// <summary>Spelt so by the shop.</summary>
    public static readonly string[] MemoryTypes = ["GDPR6", "GDPR5", "GDPR4"];

    public static readonly string[] BusWidths = ["128", "192", "256", "384", "512"];

    public static readonly string[] PowerConnectors = ["8 pin", "6 + 2 pin", "6 pin", "12VHPWR", "12V-2X6"];

    public static readonly string[] PowerSupplies = ["350", "400", "450", "500", "650", "800"];

    public static readonly string[] MemoryClocks = ["3000", "8000", "9000", "11400", "12000", "20000", "224000"];

    public static readonly string[] Interfaces = ["PCIe 4.0", "PCIe 5.0", "PCIe 6.0"];

    public static readonly string[] Processes = ["1.4", "1.6", "2", "3", "4", "5", "6", "10", "12"];

    public static readonly string[] Resolutions = ["2560x1440", "7680 х 4320", "1920 x 1480"];

    public static readonly string[] CoolerDesigns = ["трехслотовая", "двухслотовая"];

    public static readonly string[] FanTypes = ["осевой", "диаметральный", "центробежный"];

    public static readonly string[] YesOrNo = ["есть", "нет"];

    public static readonly string[] OpenGl = ["4.0", "4.1", "4.2", "4.3", "4.4", "4.5", "4.6"];

    public static readonly string[] DirectX = ["DirectX 12 Ultimate", "DirectX 12", "DirectX 11"];

    public static readonly string[] Hdmi = ["2.0", "2.1", "2.1a"];

    public static readonly string[] DisplayPort = ["1.2", "1.3", "1.4a"];

    public static readonly string[] Technologies = [.. Of("NVIDIA ", "DLSS", "Reflex", "STUDIO", "Ray Tracing", "G-Sync", "Broadcast", "Game Ready",
        "Shadow Play", "Ansel", "Freestyle", "NVENC", "VR Works", "CUDA")];

    /// <summary>Names without an edition.</summary>
    public static int Names => Brands.Length * Cards.Length;

    private static IEnumerable<string> Of(string before, params string[] names) => names.Select(name => before + name);
}
