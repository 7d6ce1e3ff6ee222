using System.Text.Json;
using System.Text.Json.Nodes;
using StockPipeline.Catalog.Attributes;
using StockPipeline.Catalog.Listings;
using StockPipeline.Catalog.Offers;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.CatalogTests;

public sealed class ListingTests
{
    private static readonly ListingJudge Judge = new();

    private const string NetVideoItem =
        """
        {"productId":"1","name":"Видеокарта MSI GeForce RTX 4070","brandName":"MSI","description":"Проза","modelName":"GeForce RTX 4070",
        "properties":{"key":[{"name":"Видеокарта","priority":2,"properties":[
        {"id":2087,"name":"Объем видеопамяти","value":"16 ГБ","nameDescription":null,"measure":null},
        {"id":1,"name":"Цвет","value":"черный","nameDescription":"Цвет кожуха","measure":null}]}]},"price":46490,"oldPrice":50000.5}
        """;

    private const string CountryLinkItem =
        """
        {"product":{"id":"7","name":"Видеокарта MSI GeForce RTX 4070","brandCompanyName":"MSI","propertiesGroup":[{"id":1588,"name":"Размеры",
        "properties":[{"id":4432,"name":"Длина видеокарты","description":"Сантиметры","value":"300","measure":"мм"}]}],
        "price":"46 490,00","currency":"RUB","available":false}}
        """;

    [Fact]
    public void Items_of_both_partners_become_words_on_one_product()
    {
        var (net, link) = (Compose(KnownPartners.NetVideo, NetVideoItem), Compose(KnownPartners.CountryLink, CountryLinkItem));

        Assert.Equal(("msi-geforce-rtx-4070", net.Product), (link.Product, link.Product));
        Assert.Equal(["memory_gb", "x-net-video-64"], net.Properties.Select(property => property.Attribute));
        Assert.Equal("300", Assert.Single(link.Properties).Value.Display);
        Assert.Equal(new ReadPrice(46490m, 50000.5m, "RUB", true), Read(KnownPartners.NetVideo, NetVideoItem).Price);
        Assert.Equal(new ReadPrice(46490m, null, "RUB", false), Read(KnownPartners.CountryLink, CountryLinkItem).Price);
    }

    [Theory]
    [InlineData("name", "5", "name is not a text")]
    [InlineData("description", "null", "description is not a text")]
    [InlineData("properties", "[]", "properties is not an object")]
    [InlineData("price", "\"46 490\"", "price is")]
    [InlineData("price", "-1", "price is")]
    public void A_field_that_is_not_what_it_has_to_be_is_named(string field, string value, string named)
    {
        var item = JsonNode.Parse(NetVideoItem)!;
        item[field] = JsonNode.Parse(value);

        Assert.Contains(named, Refusal(KnownPartners.NetVideo, item), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("46.490,00")]
    [InlineData("46490 RUB")]
    [InlineData("")]
    public void A_price_in_another_format_than_the_partners_is_refused_and_not_guessed(string price)
    {
        var item = JsonNode.Parse(CountryLinkItem)!;
        item["product"]!["price"] = price;

        Assert.Contains("product.price is", Refusal(KnownPartners.CountryLink, item), StringComparison.Ordinal);
    }

    [Fact]
    public void The_place_of_a_bad_value_is_said_and_extra_fields_harm_nobody()
    {
        var item = JsonNode.Parse(NetVideoItem)!;
        item["anything"] = 5;
        Assert.Equal("1", Read(KnownPartners.NetVideo, item.ToJsonString()).PartnerId);

        item["properties"]!["key"]![0]!["properties"]![1]!["value"] = 12;

        Assert.Contains("properties.key[0].properties[1].value", Refusal(KnownPartners.NetVideo, item), StringComparison.Ordinal);
    }

    [Fact]
    public void What_stays_the_same_keeps_its_time_and_the_same_words_have_the_same_hash()
    {
        var composer = new ItemComposer(KnownPartners.NetVideo, new AttributeBook());
        var first = composer.Compose(Read(KnownPartners.NetVideo, NetVideoItem), key => key, null, Some.Start);
        var times = new PropertyTimes(first);
        var changed = Read(KnownPartners.NetVideo, NetVideoItem.Replace("черный", "белый", StringComparison.Ordinal));

        var again = composer.Compose(Read(KnownPartners.NetVideo, NetVideoItem.Replace("\"1\"", "\"2\"", StringComparison.Ordinal)), key => key,
            times,
            Some.Start.AddHours(1));
        var second = composer.Compose(changed, key => key, times, Some.Start.AddHours(1));

        Assert.Equal(first.Hash, again.Hash);
        Assert.NotEqual(first.Hash, second.Hash);
        Assert.Equal([Some.Start, Some.Start.AddHours(1)], second.Properties.Select(property => property.ChangedAt));
    }

    [Fact]
    public void An_alias_sends_an_item_to_another_product()
    {
        var item = new ItemComposer(KnownPartners.NetVideo, new AttributeBook())
            .Compose(Read(KnownPartners.NetVideo, NetVideoItem), key => key == "msi-geforce-rtx-4070" ? "other" : key, null, Some.Start);

        Assert.Equal(("other", "msi-geforce-rtx-4070"), (item.Product, item.Fingerprint));
    }

    [Fact]
    public void A_product_is_gone_after_three_complete_listings_without_it_and_not_before()
    {
        var known = Known(10);
        var seen = Seen(9);

        for (var listing = 1; listing <= 3; listing++)
        {
            var verdict = Judge.Judge(isWhole: true, known, seen, bad: 0);
            Assert.Equal(PartnerState.Complete, verdict.State);
            Assert.Equal(listing == 3 ? ["9"] : [], verdict.Dropped);
            known["9"]++;
        }
    }

    [Theory]
    [InlineData(true, 8, 0, PartnerState.Complete)]
    [InlineData(true, 7, 0, PartnerState.Held)]
    [InlineData(true, 0, 0, PartnerState.Held)]
    [InlineData(false, 1, 0, PartnerState.Sample)]
    [InlineData(true, 10, 1, PartnerState.Incomplete)]
    public void Half_a_list_a_sample_and_a_broken_one_prove_nothing_absent(bool whole, int seen, int bad, PartnerState expected)
    {
        var verdict = Judge.Judge(whole, Known(10), Seen(seen), bad);

        Assert.Equal(expected, verdict.State);
        if (expected != PartnerState.Complete)
            Assert.Empty(verdict.Missing);
    }

    [Fact]
    public void The_lowest_of_thirty_days_is_that_of_the_days_before_the_cut()
    {
        PricePoint At(int day, decimal? price) => new(Some.Start.AddDays(day), price);
        var now = Some.Start.AddDays(60);

        Assert.Equal(90, LowestPrice.Of([At(0, 80), At(20, 90), At(40, 100), At(59, 50)], now));
        Assert.Equal(50, LowestPrice.Of([At(0, 80), At(31, 50), At(45, 60)], now));
        Assert.Equal(70, LowestPrice.Of([At(0, 70)], now));
        Assert.Null(LowestPrice.Of([], now));
        Assert.Equal(40, LowestPrice.Of([At(0, 40), At(10, null), At(25, 90)], Some.Start.AddDays(35)));
    }

    private static Dictionary<string, int> Known(int count) => Enumerable.Range(0, count).ToDictionary(i => $"{i}", _ => 0);

    private static HashSet<string> Seen(int count) => [.. Enumerable.Range(0, count).Select(i => $"{i}")];

    private static ReadItem Read(string partner, string json) => new ItemReader(partner, "RUB").Read(JsonDocument.Parse(json).RootElement);

    private static string Refusal(string partner, JsonNode item) =>
        Assert.Throws<FormatException>(() => Read(partner, item.ToJsonString())).Message;

    private static CatalogItem Compose(string partner, string json) =>
        new ItemComposer(partner, new AttributeBook()).Compose(Read(partner, json), key => key, null, Some.Start);
}
