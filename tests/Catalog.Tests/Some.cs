using CsCheck;
using StockPipeline.Avro.Records.Catalog;
using StockPipeline.Catalog.Attributes;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.CatalogTests;

/// <summary>Items and values as partners could send them, few enough different ones that they meet and differ often.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Start = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    public const string Key = "msi-geforce-rtx-4070";

    public static readonly string[] Partners = ["a-shop", KnownPartners.CountryLink, KnownPartners.NetVideo, CatalogPartner.Editor];

    private static readonly string[] Codes = ["memory_gb", "interface", "nvidia_technologies", "ray_tracing", "length_mm"];

    public static readonly Gen<CatalogItem> Item =
        from partner in OneOf(Partners)
        from name in OneOf<string?>("MSI GeForce RTX 4070", "msi  geforce rtx 4070", "MSI RTX 4070", null)
        from seconds in Gen.Int[0, 3]
        from properties in Gen.Select(OneOf(Codes), Gen.Int[0, 4], Gen.Int[0, 3]).Array[0, 6]
        select Of(partner, name, seconds, [.. properties.DistinctBy(one => one.Item1).Select(one => Property(one.Item1, one.Item2, one.Item3))]);

    public static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(at => values[at]);

    public static CatalogItem Of(string partner, string? name, int seconds, params CatalogItemProperty[] properties)
    {
        var item = new CatalogItem
        {
            Product = Key, Partner = partner, Fingerprint = Key, PartnerId = "1", Name = name, Brand = name is null ? null : "MSI",
            Properties = [.. properties.OrderBy(one => one.Attribute, StringComparer.Ordinal)], ObservedAt = Start.AddSeconds(seconds), Hash = "",
        };
        return item with { Hash = ItemHash.Of(item) };
    }

    public static CatalogItemProperty Property(string code, int variant, int seconds) => new()
    {
        Attribute = code, ChangedAt = Start.AddSeconds(seconds), Value = ValueReading.Read(new AttributeBook().Find(code)!, Raw(code, variant), "",
            BuiltInAttributes.BareUnitOf(code))!,
    };

    /// <summary>Two products are the same when their bytes are.</summary>
    public static string BytesOf(CatalogProduct? product)
    {
        if (product is null)
            return "";
        var bytes = new byte[CatalogFormats.Product.MaxLength(product)];
        return Convert.ToHexString(bytes.AsSpan(0, CatalogFormats.Product.Write(product, bytes)));
    }

    private static string Raw(string code, int variant) => code switch
    {
        "memory_gb" => new[] { "8 ГБ", "8.05 ГБ", "16 ГБ", "24 ГБ", "16000 ГБ" }[variant],
        "interface" => new[] { "PCIe 4.0", "pcie 4.0", "PCIe 5.0", "PCIe 6.0", "AGP" }[variant],
        "nvidia_technologies" => new[] { "['A']", "['B', 'A']", "['C']", "['a']", "['D', 'B']" }[variant],
        "ray_tracing" => new[] { "есть", "нет", "да", "no", "?" }[variant],
        _ => new[] { "300", "302", "300 м", "30 см", "long" }[variant],
    };
}
