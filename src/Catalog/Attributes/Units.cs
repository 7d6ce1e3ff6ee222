using StockPipeline.Catalog.Naming;

namespace StockPipeline.Catalog.Attributes;

/// <summary>The units that partners write, and how many of the family's base unit each is.</summary>
public static class Units
{
    public const string Bit = "bit";
    public const string Megahertz = "MHz";
    public const string Watt = "W";
    public const string Nanometre = "nm";
    public const string Millimetre = "mm";
    public const string Gram = "g";
    public const string Gigabyte = "GB";
    public const string Month = "month";
    public const string Pixel = "px";

    private static readonly Dictionary<string, (string Base, double Factor)> Known = new(StringComparer.Ordinal)
    {
        ["бит"] = (Bit, 1), ["bit"] = (Bit, 1), ["bits"] = (Bit, 1),
        ["мгц"] = (Megahertz, 1), ["mhz"] = (Megahertz, 1), ["ггц"] = (Megahertz, 1000), ["ghz"] = (Megahertz, 1000),
        ["кгц"] = (Megahertz, 0.001), ["khz"] = (Megahertz, 0.001), ["гц"] = (Megahertz, 0.000001), ["hz"] = (Megahertz, 0.000001),
        ["вт"] = (Watt, 1), ["w"] = (Watt, 1), ["квт"] = (Watt, 1000), ["kw"] = (Watt, 1000), ["мвт"] = (Watt, 0.001),
        ["нм"] = (Nanometre, 1), ["nm"] = (Nanometre, 1), ["мкм"] = (Nanometre, 1000),
        ["мм"] = (Millimetre, 1), ["mm"] = (Millimetre, 1), ["см"] = (Millimetre, 10), ["cm"] = (Millimetre, 10),
        ["м"] = (Millimetre, 1000), ["m"] = (Millimetre, 1000),
        ["г"] = (Gram, 1), ["гр"] = (Gram, 1), ["g"] = (Gram, 1), ["кг"] = (Gram, 1000), ["kg"] = (Gram, 1000),
        ["гб"] = (Gigabyte, 1), ["gb"] = (Gigabyte, 1), ["мб"] = (Gigabyte, 1 / 1024.0), ["mb"] = (Gigabyte, 1 / 1024.0),
        ["тб"] = (Gigabyte, 1024), ["tb"] = (Gigabyte, 1024),
        ["мес"] = (Month, 1), ["месяц"] = (Month, 1), ["месяца"] = (Month, 1), ["месяцев"] = (Month, 1), ["month"] = (Month, 1),
        ["months"] = (Month, 1), ["год"] = (Month, 12), ["года"] = (Month, 12), ["лет"] = (Month, 12), ["year"] = (Month, 12),
        ["years"] = (Month, 12), ["px"] = (Pixel, 1), ["пикс"] = (Pixel, 1), ["шт"] = ("", 1), ["pcs"] = ("", 1),
    };

    /// <summary>How many of the base unit one of the written unit is; null where it is of another family or unknown.</summary>
    public static double? FactorTo(string baseUnit, string written) =>
        Known.TryGetValue(TextFold.Fold(written).TrimEnd('.'), out var known) && known.Base == baseUnit ? known.Factor : null;
}
