using StockPipeline.Catalog.Attributes;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.CatalogTests;

public sealed class ValueReadingTests
{
    [Theory]
    [InlineData("warranty_months", "2 года", "", "24")]
    [InlineData("warranty_months", "36 мес.", "", "36")]
    [InlineData("memory_gb", "16 ГБ", "", "16")]
    [InlineData("memory_gb", "16384", "МБ", "16")]
    [InlineData("memory_type", "GDPR6", "", "GDDR6")]
    [InlineData("bus_width_bit", "128", "Бит", "128")]
    [InlineData("gpu_clock_mhz", "1,8", "ГГц", "1800")]
    [InlineData("gpu_clock_mhz", "1 807", "МГц", "1807")]
    [InlineData("process_nm", "1.4", "нм", "1.4")]
    [InlineData("max_resolution", "7680 х 4320", "", "7680x4320")]
    [InlineData("max_resolution", "2560x1440", "", "2560x1440")]
    [InlineData("max_resolution", "1920 × 1480", "", "1920x1480")]
    [InlineData("package_size_mm", "0.41x0.15x0.25", "м", "410x150x250")]
    [InlineData("package_size_mm", "41x15x25 см", "", "410x150x250")]
    [InlineData("package_weight_g", "2.311", "кг", "2311")]
    [InlineData("package_weight_g", "2.311", "", "2311")]
    [InlineData("length_mm", "27", "см", "270")]
    [InlineData("ray_tracing", "есть", "", "yes")]
    [InlineData("dlss", "Нет", "", "no")]
    [InlineData("nvidia_technologies", "['NVIDIA NVENC', 'NVIDIA CUDA']", "", "NVIDIA CUDA; NVIDIA NVENC")]
    [InlineData("interface", "  PCIe   5.0 ", "", "PCIe 5.0")]
    public void Values_have_one_form_whatever_they_were_written_in(string code, string raw, string unit, string expected)
    {
        var value = Read(code, raw, unit)!;

        Assert.Equal(expected, value.Display);
        Assert.Equal((raw, unit, false), (value.Raw, value.RawUnit, value.Suspect));
    }

    [Theory]
    [InlineData("memory_clock_mhz", "224000", "МГц")]
    [InlineData("bus_width_bit", "128000", "Бит")]
    [InlineData("length_mm", "300", "м")]
    [InlineData("length_mm", "300", "кг")]
    [InlineData("length_mm", "long", "мм")]
    [InlineData("dlss", "maybe", "")]
    [InlineData("max_resolution", "4K", "")]
    public void What_cannot_be_true_is_kept_and_marked(string code, string raw, string unit)
    {
        var value = Read(code, raw, unit)!;

        Assert.True(value.Suspect);
        Assert.Equal(raw, value.Raw);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \u00A0 ")]
    public void A_blank_says_nothing(string raw) => Assert.Null(Read("memory_gb", raw, ""));

    [Fact]
    public void What_nobody_mapped_gets_a_number_of_its_partners_range_until_they_are_used_up()
    {
        var book = new AttributeBook();

        var added = Enumerable.Range(0, 65).Select(i => book.Add(KnownPartners.NetVideo, $"{i}", $"Свойство {i}", "Прочее", null)).ToList();

        Assert.Equal(Enumerable.Range(64, 64), added.Take(64).Select(one => one!.Number));
        Assert.Null(added[64]);
        Assert.Same(added[3], book.Find(KnownPartners.NetVideo, "3", "renamed"));
        Assert.Equal(16, added[0]!.Group.Number);
        Assert.Equal(128, book.Add(KnownPartners.CountryLink, "1", "Свойство", "Охлаждение", null)!.Number);
        Assert.Equal("cooling", book.Find("x-country-link-128")!.Group.Code);
    }

    [Fact]
    public void Numbers_of_built_in_attributes_and_groups_are_unique_and_below_their_limits()
    {
        var all = BuiltInAttributes.All;

        Assert.Equal(33, all.Select(one => one.Number).Distinct().Count());
        Assert.Equal(33, all.Select(one => one.Code).Distinct().Count());
        Assert.All(all, one => Assert.InRange(one.Number, 1, 63));
        Assert.Equal(11, BuiltInAttributes.Groups.Select(group => group.Number).Distinct().Count());
        Assert.All(BuiltInAttributes.Groups, group => Assert.InRange(group.Number, 1, 15));
    }

    private static CatalogValue? Read(string code, string raw, string unit) =>
        ValueReading.Read(new AttributeBook().Find(code)!, raw, unit, BuiltInAttributes.BareUnitOf(code));
}
