using System.Net;
using System.Text.Json;
using StockPipeline.Catalog.Attributes;
using StockPipeline.Catalog.Listings;
using StockPipeline.Simulator.Partners;

namespace StockPipeline.CatalogTests;

/// <summary>The simulated shops, asked as their first client asked them, and as ours does.</summary>
public sealed class ShopTests : IAsyncLifetime
{
    private const string NetVideo = "/net_video/products/graphic_cards/list";
    private const string CountryLink = "/country_link/catalog/gpu_cards/list";

    private PartnersSimulator shops = null!;
    private HttpClient http = null!;

    public Task InitializeAsync() => OpenAsync(PartnersMode.Steady);

    public async Task DisposeAsync()
    {
        http.Dispose();
        await shops.DisposeAsync();
    }

    [Theory]
    [InlineData(PartnersMode.Steady)]
    [InlineData(PartnersMode.Random)]
    public async Task The_first_collectors_rules_accept_what_both_shops_say(PartnersMode mode)
    {
        await ReopenAsync(mode);

        var net = await GetAsync(NetVideo);
        var link = await GetAsync(CountryLink);

        Assert.Equal(["success", "messages", "body", "count"], Names(net));
        Assert.Equal(["data", "count"], Names(link));
        Assert.Equal((10, 10), (net.GetProperty("count").GetInt32(), net.GetProperty("body").GetArrayLength()));
        Assert.All(net.GetProperty("body").EnumerateArray(), RequireNetVideo);
        Assert.All(link.GetProperty("data").EnumerateArray(), item => RequireCountryLink(item.GetProperty("product")));
    }

    [Fact]
    public async Task Items_have_the_fields_the_groups_and_the_blanks_of_the_originals()
    {
        await ReopenAsync(PartnersMode.Random);

        var item = (await GetAsync(NetVideo)).GetProperty("body")[0];
        Assert.Equal(
            ["productId", "name", "brandName", "category", "materialCisNumber", "description", "modelName", "properties", "brandNameTranslit",
                "brandId", "brandLogoUrl", "isBrandVisible", "groups", "rating"],
            Names(item));
        var groups = item.GetProperty("properties").GetProperty("key").EnumerateArray().ToList();
        Assert.Equal([1, 2, 5, 6, 9], groups.Select(group => group.GetProperty("priority").GetInt32()));
        var properties = groups.SelectMany(group => group.GetProperty("properties").EnumerateArray()).ToList();
        Assert.Equal(
            [5552, 2087, 2383, 2384, 620, 2385, 2386, 2392, 2393, 634], properties.Select(property => property.GetProperty("id").GetInt32()));
        Assert.All(properties, property => Assert.Equal(
            ["id", "name", "value", "nameDescription", "valueDescription", "priority", "measure", "iconPath"], Names(property)));

        var product = (await GetAsync(CountryLink)).GetProperty("data")[0].GetProperty("product");
        Assert.Equal(["id", "name", "brandCompanyName", "propertiesGroup"], Names(product));
        var linked = product.GetProperty("propertiesGroup").EnumerateArray().ToList();
        Assert.Equal([1584, 2540, 1585, 1586, 1588, 1718], linked.Select(group => group.GetProperty("id").GetInt32()));
        var parts = linked.SelectMany(group => group.GetProperty("properties").EnumerateArray()).ToList();
        Assert.Equal(23, parts.Count);
        Assert.All(parts, property =>
        {
            Assert.Equal(["id", "name", "description", "value", "measure"], Names(property));
            Assert.Equal(JsonValueKind.String, property.GetProperty("measure").ValueKind);
        });
    }

    [Theory]
    [InlineData("limit=0", 0)]
    [InlineData("limit=-3", 0)]
    [InlineData("limit=3&other=1", 3)]
    [InlineData("limit=1000", 25)]
    [InlineData("", 10)]
    public async Task A_limit_has_no_bounds_and_what_is_unknown_is_passed_over(string query, int items) =>
        Assert.Equal(items, (await GetAsync($"{NetVideo}?{query}")).GetProperty("count").GetInt32());

    [Theory]
    [InlineData("abc")]
    [InlineData("")]
    [InlineData("1.5")]
    public async Task A_limit_that_is_no_number_is_refused_in_the_known_words(string limit)
    {
        using var answer = await http.GetAsync($"{CountryLink}?limit={limit}");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Equal(
            """{"detail":[{"type":"int_parsing","loc":["query","limit"],"msg":"Input should be a valid integer, unable to parse string as an """
            + $$"""integer","input":"{{limit}}"}]}""",
            await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Other_methods_slashes_and_paths_are_answered_as_the_originals_do()
    {
        using var post = await http.PostAsync(NetVideo, null);
        using var slash = await http.GetAsync(NetVideo + "/?limit=2");
        using var other = await http.GetAsync("/net_video");

        Assert.Equal((405, """{"detail":"Method Not Allowed"}"""), ((int)post.StatusCode, await post.Content.ReadAsStringAsync()));
        Assert.Equal((307, true), ((int)slash.StatusCode, slash.Headers.Location!.ToString().EndsWith("/list?limit=2", StringComparison.Ordinal)));
        Assert.Equal((404, """{"detail":"Not Found"}"""), ((int)other.StatusCode, await other.Content.ReadAsStringAsync()));
    }

    [Theory]
    [InlineData(NetVideo, "body")]
    [InlineData(CountryLink, "data")]
    public async Task Pages_lead_through_all_products_once_and_say_when_nothing_changed(string path, string list)
    {
        var reader = new ItemReader(path == NetVideo ? KnownPartners.NetVideo : KnownPartners.CountryLink, "RUB");
        var names = new List<string>();
        string? after = null;
        while (true)
        {
            using var answer = await http.GetAsync($"{path}?limit=10{(after is null ? "" : "&after=" + after)}");
            var items = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty(list).EnumerateArray().ToList();
            names.AddRange(items.Select(item => reader.Read(item).Name));
            using var again = new HttpRequestMessage(HttpMethod.Get, answer.RequestMessage!.RequestUri);
            again.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
            using var unchanged = await http.SendAsync(again);
            Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
            if (items.Count < 10)
                break;
            after = reader.IdOf(items[^1]);
        }
        Assert.Equal(25, names.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(25, names.Count);
    }

    [Fact]
    public async Task Random_shops_say_something_else_each_time_and_steady_ones_the_same()
    {
        Assert.Equal(await http.GetStringAsync(NetVideo), await http.GetStringAsync(NetVideo));
        await ReopenAsync(PartnersMode.Random);
        Assert.NotEqual(await http.GetStringAsync(NetVideo), await http.GetStringAsync(NetVideo));
    }

    [Fact]
    public async Task Faults_are_set_while_it_runs_and_strike_as_often_as_they_are_told()
    {
        using var control = new HttpClient { BaseAddress = shops.ControlEndpoint };
        using var set = await control.PostAsync("/faults", new StringContent(
            """[{"kind":"unavailable","partner":"net-video","limit":1,"retryAfterSeconds":7}]""", System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.OK, set.StatusCode);

        using var other = await http.GetAsync(CountryLink);
        using var struck = await http.GetAsync(NetVideo);
        using var after = await http.GetAsync(NetVideo);
        using var wrong = await control.PostAsync("/faults", new StringContent(
            """[{"kind":"earthquake"}]""", System.Text.Encoding.UTF8, "application/json"));

        Assert.Equal((200, 503, 200, 400), ((int)other.StatusCode, (int)struck.StatusCode, (int)after.StatusCode, (int)wrong.StatusCode));
        Assert.Equal(TimeSpan.FromSeconds(7), struck.Headers.RetryAfter!.Delta);
    }

    /// <summary>What the first collector's schemas demand; everything else it passed over.</summary>
    private static void RequireNetVideo(JsonElement item)
    {
        RequireTexts(item, "name", "brandName", "description");
        foreach (var group in item.GetProperty("properties").GetProperty("key").EnumerateArray())
        {
            RequireTexts(group, "name");
            foreach (var property in group.GetProperty("properties").EnumerateArray())
            {
                RequireTexts(property, "name", "value");
                Assert.Contains(property.GetProperty("nameDescription").ValueKind, new[] { JsonValueKind.String, JsonValueKind.Null });
            }
        }
    }

    private static void RequireCountryLink(JsonElement item)
    {
        RequireTexts(item, "name", "brandCompanyName");
        foreach (var group in item.GetProperty("propertiesGroup").EnumerateArray())
        {
            RequireTexts(group, "name");
            foreach (var property in group.GetProperty("properties").EnumerateArray())
                RequireTexts(property, "name", "value", "description");
        }
    }

    private static void RequireTexts(JsonElement item, params string[] names) =>
        Assert.All(names, name => Assert.Equal(JsonValueKind.String, item.GetProperty(name).ValueKind));

    private static IEnumerable<string> Names(JsonElement item) => item.EnumerateObject().Select(field => field.Name);

    private async Task<JsonElement> GetAsync(string path) => JsonDocument.Parse(await http.GetStringAsync(path)).RootElement;

    private async Task ReopenAsync(PartnersMode mode)
    {
        await DisposeAsync();
        await OpenAsync(mode);
    }

    private async Task OpenAsync(PartnersMode mode)
    {
        shops = await PartnersSimulator.StartAsync(
            new PartnersOptions
            {
                Mode = mode, Products = 25, Port = 0, ControlPort = 0, Drift = TimeSpan.Zero, Prices = mode == PartnersMode.Steady,
            },
            default);
        http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = shops.Endpoint };
    }
}
