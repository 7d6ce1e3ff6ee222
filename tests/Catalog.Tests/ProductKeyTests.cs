using StockPipeline.Catalog.Naming;

namespace StockPipeline.CatalogTests;

public sealed class ProductKeyTests
{
    private static readonly string[] Brands = ["MSI", "ASUS", "ASRock", "GIGABYTE", "Palit"];

    private static readonly string[] Cards =
    [
        "GeForce RTX 2060", "GeForce RTX 2060 SUPER", "GeForce RTX 2080 Ti", "GeForce RTX 3050", "GeForce RTX 3050 8 GB", "GeForce RTX 3060",
        "GeForce RTX 3060 Ti", "GeForce RTX 3070", "GeForce RTX 3070 Ti", "GeForce RTX 3080", "GeForce RTX 3090", "GeForce RTX 4050",
        "GeForce RTX 4060", "GeForce RTX 4060 Ti 8 GB", "GeForce RTX 4070", "GeForce RTX 4070 SUPER", "GeForce RTX 4070 Ti",
        "GeForce RTX 4070 Ti SUPER", "GeForce RTX 4080", "GeForce RTX 4080 SUPER", "GeForce RTX 4090", "GeForce RTX 5070", "GeForce RTX 5090",
        "GeForce GTX 750 Ti", "GeForce GTX 960", "GeForce GTX 970", "GeForce GTX 1050", "GeForce GTX 1050 Ti", "GeForce GTX 1060",
        "GeForce GTX 1070", "GeForce GTX 1080", "GeForce GTX 1080 Ti", "GeForce GTX 1650", "GeForce GTX 1660 SUPER", "GeForce GTX 1660 Ti",
        "Radeon RX 550", "Radeon RX 570", "Radeon RX 580", "Radeon RX 5700 XT", "Radeon RX 6600", "Radeon RX 6600 XT", "Radeon RX 6650 XT",
        "Radeon RX 6700 XT", "Radeon RX 6750 XT", "Radeon RX 7600", "Radeon RX 7700 XT", "Radeon RX 7800 XT", "Radeon RX 7900 GRE",
        "Radeon RX 7900 XTX", "Radeon 780M", "Radeon Vega 8",
    ];

    [Fact]
    public void Every_name_of_the_shops_is_a_product_of_its_own()
    {
        var keys = Brands.SelectMany(brand => Cards.Select(card => ProductKey.Of(brand, $"Видеокарта {brand} {card}"))).ToList();

        Assert.Equal(255, keys.Count);
        Assert.Equal(255, keys.Distinct(StringComparer.Ordinal).Count());
        Assert.All(keys, key => Assert.True(ProductKey.IsKey(key), key));
        Assert.Contains("msi-geforce-rtx-4070-ti-super", keys);
        Assert.Contains("palit-radeon-780m", keys);
        Assert.Contains("asus-geforce-rtx-4060-ti-8gb", keys);
    }

    [Theory]
    [InlineData("MSI", "Видеокарта MSI GeForce RTX 4070 Ti SUPER")]
    [InlineData("msi", "видеокарта  MSI  GeForce RTX4070Ti Super")]
    [InlineData("MSI", "MSI RTX 4070TiSUPER")]
    [InlineData("Micro-Star", "Видеокарта Micro-Star GeForce RTX-4070 Ti SUPER")]
    [InlineData("МSI", "Видеокарта MSI GeForce RТХ 4070 Тi SUРER")]
    [InlineData("ＭＳＩ", "Видеокарта ＭＳＩ GeForce\u00A0RTX 4070\u200B Ti SUPER")]
    [InlineData("", "MSI GeForce RTX 4070 Ti SUPER")]
    public void Spelling_does_not_make_another_product(string brand, string name) =>
        Assert.Equal("msi-geforce-rtx-4070-ti-super", ProductKey.Of(brand, name));

    [Theory]
    [InlineData("Palit GeForce RTX 3050 8 GB", "Palit GeForce RTX 3050 8ГБ")]
    [InlineData("Palit GeForce RTX 3050 8 GB", "Palit RTX3050 8гб")]
    public void Memory_sizes_are_one_word_in_either_language(string one, string other) =>
        Assert.Equal(ProductKey.Of("Palit", one), ProductKey.Of("Palit", other));

    [Theory]
    [InlineData("Radeon RX 6800", "Radeon RX 6800 XT")]
    [InlineData("GeForce RTX 3050", "GeForce RTX 3050 8 GB")]
    [InlineData("GeForce RTX 4070 Ti SUPER", "GeForce RTX 4070 SUPER Ti")]
    [InlineData("GeForce RTX 4070 Gaming", "GeForce RTX 4070 Gaming EVO")]
    public void Words_that_tell_cards_apart_are_never_dropped(string one, string other) =>
        Assert.NotEqual(ProductKey.Of("ASUS", one), ProductKey.Of("ASUS", other));
}
