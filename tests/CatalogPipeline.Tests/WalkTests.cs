using StockPipeline.Catalog.Attributes;

namespace StockPipeline.CatalogPipelineTests;

[Collection(CatalogCollection.Name)]
public sealed class WalkTests(CatalogSite site)
{
    private const string Product = "msi-geforce-rtx-2060";

    [Fact]
    public async Task What_two_shops_say_becomes_one_product_with_typed_values_and_their_origin()
    {
        var product = await site.SeeAsync($"/api/v2/products/{Product}", seen => seen.GetProperty("sources").GetArrayLength() == 2);

        var values = product.GetProperty("values").EnumerateArray().ToDictionary(value => value.GetProperty("attribute").GetString()!);
        Assert.Equal(33, values.Count);
        Assert.Equal(KnownPartners.NetVideo, values["memory_gb"].GetProperty("partner").GetString());
        Assert.Equal("GB", values["memory_gb"].GetProperty("unit").GetString());
        Assert.Contains(values["memory_gb"].GetProperty("number").GetDouble(), new double[] { 4, 8, 16, 24 });
        Assert.Equal(KnownPartners.CountryLink, values["length_mm"].GetProperty("partner").GetString());
        Assert.InRange(values["length_mm"].GetProperty("number").GetDouble(), 270, 369);
        Assert.EndsWith("мм", values["length_mm"].GetProperty("raw").GetString());
        Assert.StartsWith("GDDR", values["memory_type"].GetProperty("value").GetString());
        Assert.StartsWith("GDPR", values["memory_type"].GetProperty("raw").GetString());
        Assert.Equal(1, product.GetProperty("summary").GetProperty("completeness").GetDouble());
    }

    [Fact]
    public async Task The_best_offer_is_the_lowest_in_stock_and_each_price_has_its_age_and_history()
    {
        var page = await site.SeeAsync("/api/v2/products?in_stock=true&sort=price&limit=40",
            seen => seen.GetProperty("items").EnumerateArray().All(item => item.TryGetProperty("price", out _)));

        var prices = page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("price").GetDecimal()).ToList();
        Assert.Equal(prices.Order(), prices);
        var first = page.GetProperty("items")[0];
        var key = first.GetProperty("key").GetString();
        var offers = await site.GetAsync($"/api/v2/products/{key}/offers");
        var best = offers.EnumerateArray().Where(offer => offer.GetProperty("in_stock").GetBoolean())
            .Min(offer => offer.GetProperty("price").GetDecimal());
        Assert.Equal(best, first.GetProperty("price").GetDecimal());
        Assert.All(offers.EnumerateArray(), offer => Assert.True(offer.GetProperty("fresh").GetBoolean()));
        var history = await site.GetAsync($"/api/v2/products/{key}/prices");
        Assert.NotEqual(0, history.GetProperty("points").GetArrayLength());
        Assert.NotEmpty(history.GetProperty("lowest_of_thirty_days").EnumerateObject());
    }

    [Fact]
    public async Task A_search_finds_words_in_any_order_and_case_and_takes_signs_for_letters()
    {
        Assert.NotEqual(0, await CountAsync("q=rtx msi"));
        Assert.Equal(await CountAsync("q=RTX"), await CountAsync("q=rtx"));
        Assert.Equal(await CountAsync("q=видеокарта msi"), await CountAsync("q=ВИДЕОКАРТА MSI"));
        Assert.Equal(0, await CountAsync("q=%25"));
        Assert.Equal(0, await CountAsync("q=_"));
        Assert.NotEqual(0, await CountAsync("memory_gb=8..16"));
        Assert.Equal(await CountAsync("memory_gb=..8") + await CountAsync("memory_gb=9.."), await CountAsync("memory_gb=0..1000"));
    }

    [Theory]
    [InlineData("memory=8")]
    [InlineData("memory_gb=many")]
    [InlineData("limit=101")]
    [InlineData("sort=size")]
    [InlineData("cursor=abc")]
    public async Task A_parameter_that_means_nothing_is_an_error_that_names_it(string query)
    {
        var (status, problem) = await site.SendAsync(HttpMethod.Get, $"/api/v2/products?{query}");

        Assert.Equal(400, status);
        Assert.Contains(query[..query.IndexOf('=')], problem.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("id")]
    [InlineData("name")]
    [InlineData("price")]
    [InlineData("changed")]
    public async Task Cursors_walk_through_all_products_once(string sort)
    {
        var seen = new List<int>();
        string? cursor = null;
        do
        {
            var page = await site.GetAsync($"/api/v2/products?sort={sort}&limit=7{(cursor is null ? "" : "&cursor=" + cursor)}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetInt32()));
            cursor = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);

        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.Equal(await CountAsync(""), seen.Count);
    }

    [Fact]
    public async Task A_cursor_of_one_search_is_none_of_another()
    {
        var page = await site.GetAsync("/api/v2/products?q=rtx&limit=1");

        var (status, problem) = await site.SendAsync(
            HttpMethod.Get, $"/api/v2/products?q=msi&limit=1&cursor={page.GetProperty("next").GetString()}");

        Assert.Equal(400, status);
        Assert.Contains("another search", problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task The_dictionary_the_partners_and_the_feed_of_changes_are_told()
    {
        var attributes = await site.GetAsync("/api/v2/attributes");
        var memory = attributes.EnumerateArray().Single(attribute => attribute.GetProperty("code").GetString() == "memory_gb");
        Assert.True(memory.GetProperty("min").GetDouble() >= 4 && memory.GetProperty("max").GetDouble() <= 24);
        var partners = await site.GetAsync("/api/v2/partners");
        Assert.Equal(KnownPartners.All.Order(), partners.EnumerateArray().Select(partner => partner.GetProperty("partner").GetString()));
        Assert.Equal(5, (await site.GetAsync("/api/v2/brands")).GetArrayLength());

        var products = new HashSet<string>();
        var after = "";
        while (true)
        {
            var feed = await site.GetAsync($"/api/v2/changes?limit=50&after={after}");
            if (feed.GetProperty("items").GetArrayLength() == 0)
                break;
            after = feed.GetProperty("after").GetString()!;
            products.UnionWith(feed.GetProperty("items").EnumerateArray().Select(change => change.GetProperty("product").GetString()!));
        }
        Assert.Contains(Product, products);
    }

    [Fact]
    public async Task An_answer_has_a_tag_and_what_has_not_changed_is_not_sent_again()
    {
        await site.SeeAsync($"/api/v2/products/{Product}", seen => seen.GetProperty("offers").GetArrayLength() == 2);
        using var first = await site.AskAsync(new HttpRequestMessage(HttpMethod.Get, $"/api/v2/products/{Product}"));
        var tag = first.Headers.ETag!.ToString();
        using var again = new HttpRequestMessage(HttpMethod.Get, $"/api/v2/products/{Product}");
        again.Headers.TryAddWithoutValidation("If-None-Match", tag);

        using var unchanged = await site.AskAsync(again);
        using var head = await site.AskAsync(new HttpRequestMessage(HttpMethod.Head, $"/api/v2/products/{Product}"));

        Assert.Equal(304, (int)unchanged.StatusCode);
        Assert.Equal(tag, head.Headers.ETag!.ToString());
        Assert.Equal("", await head.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Both_interfaces_describe_themselves()
    {
        var first = await site.GetAsync("/openapi.json");
        Assert.Equal("Sender", first.GetProperty("info").GetProperty("title").GetString());
        Assert.Equal(14, first.GetProperty("paths").EnumerateObject().Sum(path => path.Value.EnumerateObject().Count()));
        var second = await site.GetAsync("/openapi/v2.json");
        Assert.True(second.GetProperty("paths").TryGetProperty("/api/v2/products/{product}", out _));
        using var docs = await site.AskAsync(new HttpRequestMessage(HttpMethod.Get, "/docs/"));
        Assert.Equal(200, (int)docs.StatusCode);
        Assert.DoesNotContain("cdn.", await docs.Content.ReadAsStringAsync());
    }

    private async Task<int> CountAsync(string query) => (await site.GetAsync($"/api/v2/products?limit=1&{query}")).GetProperty("total").GetInt32();
}
