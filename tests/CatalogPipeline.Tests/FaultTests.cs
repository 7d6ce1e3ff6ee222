using System.Text.Json;
using Npgsql;
using StockPipeline.Catalog.Attributes;
using StockPipeline.Catalog.Offers;
using StockPipeline.Simulator.Partners;
using StockPipeline.Testing;

namespace StockPipeline.CatalogPipelineTests;

[Collection(CatalogCollection.Name)]
public sealed class FaultTests(CatalogSite site) : IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        site.Shops.Faults.Set();
        await site.HealthyAsync();
    }

    [Theory]
    [InlineData(PartnerFaultKind.InternalError, "down")]
    [InlineData(PartnerFaultKind.Unavailable, "down")]
    [InlineData(PartnerFaultKind.Hang, "down")]
    [InlineData(PartnerFaultKind.TornJson, "incomplete")]
    [InlineData(PartnerFaultKind.EmptyList, "held")]
    [InlineData(PartnerFaultKind.LoseItems, "held")]
    [InlineData(PartnerFaultKind.BadItem, "incomplete")]
    public async Task A_partner_that_fails_is_named_and_its_products_and_the_other_partner_stay(PartnerFaultKind kind, string state)
    {
        await site.HealthyAsync();
        var before = await site.WholeAsync();

        site.Shops.Faults.Set(new PartnerFault { Kind = kind, Partner = KnownPartners.CountryLink, RetryAfterSeconds = 0 });
        var partners = await site.SeeAsync("/api/v2/partners", seen => StateOf(seen, KnownPartners.CountryLink) == state);

        Assert.Equal("complete", StateOf(partners, KnownPartners.NetVideo));
        var failing = partners.EnumerateArray().Single(one => one.GetProperty("partner").GetString() == KnownPartners.CountryLink);
        Assert.NotEqual("", failing.GetProperty("error").GetString());
        Assert.True(failing.TryGetProperty("complete_at", out _));
        Assert.Equal(before, await site.WholeAsync());
    }

    [Fact]
    public async Task Duplicates_and_another_spelling_make_no_other_products()
    {
        await site.HealthyAsync();
        var before = await site.IdsAsync();

        site.Shops.Faults.Set(
            new PartnerFault { Kind = PartnerFaultKind.DuplicateItem, Share = 0.5 },
                new PartnerFault { Kind = PartnerFaultKind.OtherSpelling, Share = 0.5 });
        await site.HealthyAsync();

        Assert.Equal(before, await site.IdsAsync());
    }

    [Fact]
    public async Task Values_in_a_wrong_unit_are_shown_as_suspect_and_are_not_filtered_by()
    {
        await site.HealthyAsync();
        var all = (await site.GetAsync("/api/v2/products?limit=1&length_mm=1..100000000")).GetProperty("total").GetInt32();

        site.Shops.Faults.Set(new PartnerFault { Kind = PartnerFaultKind.WrongUnit, Partner = KnownPartners.CountryLink, Share = 0.5 });
        var fewer = await site.SeeAsync("/api/v2/products?limit=1&length_mm=1..100000000", page => page.GetProperty("total").GetInt32() < all);
        var products = await site.GetAsync("/api/v2/products?limit=100&fields=full");

        Assert.NotEqual(0, fewer.GetProperty("total").GetInt32());
        var suspect = products.GetProperty("items").EnumerateArray().SelectMany(item => item.GetProperty("values").EnumerateArray())
            .Where(value => value.GetProperty("suspect").GetBoolean() && value.GetProperty("attribute").GetString() == "length_mm").ToList();
        Assert.NotEmpty(suspect);
        Assert.All(suspect, value => Assert.EndsWith(" м", value.GetProperty("raw").GetString()));
    }

    [Theory]
    [InlineData(PartnerFaultKind.PriceTimes100)]
    [InlineData(PartnerFaultKind.PriceInThousands)]
    public async Task A_price_in_a_wrong_unit_is_held_where_everybody_sees_it_and_changes_no_price(PartnerFaultKind kind)
    {
        await site.HealthyAsync();
        const string product = "/api/v2/products/msi-geforce-rtx-2080-ti";
        var before = await BestPricesAsync();
        var points = Prices(await site.GetAsync($"{product}/prices"));

        site.Shops.Faults.Set(new PartnerFault { Kind = kind, Partner = KnownPartners.NetVideo, Share = 1 });
        await site.SeeAsync("/api/v2/partners", seen => HeldOf(seen, KnownPartners.NetVideo) == CatalogSite.Products);
        var offers = await site.SeeAsync($"{product}/offers", seen => seen.EnumerateArray().Any(offer => offer.TryGetProperty("held", out _)));
        await site.HealthyAsync();

        Assert.Equal(before, await BestPricesAsync());
        Assert.Equal(points, Prices(await site.GetAsync($"{product}/prices")));
        var held = offers.EnumerateArray().Single(offer => offer.GetProperty("partner").GetString() == KnownPartners.NetVideo);
        Assert.Equal(points[^1], held.GetProperty("price").GetDecimal());
        Assert.True(held.GetProperty("believed").GetBoolean());
        Assert.False(PriceGuard.AreNear(points[^1], held.GetProperty("held").GetDecimal()));
        Assert.True(held.TryGetProperty("held_since", out _));

        site.Shops.Faults.Set();
        await site.SeeAsync("/api/v2/partners", seen => HeldOf(seen, KnownPartners.NetVideo) == 0);
        await site.SeeAsync($"{product}/changes", seen => FieldsOf(seen).Count(field => field == "held-price/net-video") is > 0 and var said
            && said % 2 == 0);
        Assert.Equal(before, await BestPricesAsync());
    }

    [Fact]
    public async Task A_price_that_leaps_is_believed_when_its_partner_has_insisted_on_it_though_the_bytes_do_not_change()
    {
        await site.HealthyAsync();
        await site.StopAsync(KnownPartners.NetVideo);
        site.StartCollector(KnownPartners.NetVideo, pricePatience: TimeSpan.FromSeconds(1));
        await site.HealthyAsync();
        const string product = "/api/v2/products/msi-geforce-rtx-2080-ti";
        var usual = Prices(await site.GetAsync($"{product}/prices"))[^1];

        site.Shops.Faults.Set(new PartnerFault { Kind = PartnerFaultKind.PriceTimes100, Partner = KnownPartners.NetVideo, Share = 1 });
        await site.SeeAsync($"{product}/prices", seen => Prices(seen)[^1] > usual * 50);
        await site.SeeAsync("/api/v2/partners", seen => HeldOf(seen, KnownPartners.NetVideo) == 0);
        Assert.Contains("held-price/net-video", FieldsOf(await site.GetAsync($"{product}/changes")));
        site.Shops.Faults.Set();
        await site.SeeAsync($"{product}/prices", seen => Prices(seen)[^1] == usual);

        await site.StopAsync(KnownPartners.NetVideo);
        site.StartCollector(KnownPartners.NetVideo);
    }

    [Fact]
    public async Task A_renamed_card_is_another_product_and_comes_back_under_its_old_number()
    {
        await site.HealthyAsync();
        var before = await site.IdsAsync();

        site.Shops.Faults.Set(new PartnerFault { Kind = PartnerFaultKind.Rename, Share = 1 });
        await site.SeeAsync("/api/v2/products?limit=1&q=refresh", page => page.GetProperty("total").GetInt32() == CatalogSite.Products);
        await Eventually.SeeAsync(
            async () => (await site.SendAsync(HttpMethod.Get, "/api/v2/products/msi-geforce-rtx-3050")).Status, status => status == 404);
        site.Shops.Faults.Set();
        await site.SeeAsync("/api/v2/products?limit=1&q=refresh", page => page.GetProperty("total").GetInt32() == 0);

        await Eventually.SeeAsync(site.IdsAsync, after => after == before);
    }

    [Fact]
    public async Task Whatever_is_killed_and_whatever_is_dropped_the_same_records_ids_and_pages_come_back()
    {
        await site.HealthyAsync();
        var before = await site.WholeAsync();

        await site.StopAsync("merger");
        await site.StopAsync(KnownPartners.NetVideo);
        await site.StopAsync("door");
        await using (var database = NpgsqlDataSource.Create(site.Database))
        await using (var drop = database.CreateCommand("drop schema catalog cascade"))
            await drop.ExecuteNonQueryAsync();
        site.StartCollector(KnownPartners.NetVideo);
        site.StartMerger();
        await site.StartDoorAsync();
        await site.HealthyAsync();

        Assert.Equal(before, await site.WholeAsync());

        // Once more, with the tables there: what is stored is passed over, and the answer is the same.
        await site.StopAsync("door");
        await site.StartDoorAsync();
        Assert.Equal(before, await site.WholeAsync());
    }

    private static string StateOf(JsonElement partners, string partner) =>
        partners.EnumerateArray().Single(one => one.GetProperty("partner").GetString() == partner).GetProperty("state").GetString()!;

    private static int HeldOf(JsonElement partners, string partner) =>
        partners.EnumerateArray().Single(one => one.GetProperty("partner").GetString() == partner).GetProperty("held_prices").GetInt32();

    private static IEnumerable<string?> FieldsOf(JsonElement changes) =>
        changes.EnumerateArray().Select(change => change.GetProperty("field").GetString());

    /// <summary>The best price of each product, and whose it is.</summary>
    private async Task<string> BestPricesAsync() => string.Join('\n', (await site.GetAsync("/api/v2/products?limit=100")).GetProperty("items")
        .EnumerateArray().Select(item => $"{item.GetProperty("key")} {Text(item, "price")} {Text(item, "price_of")}"));

    private static string Text(JsonElement item, string field) => item.TryGetProperty(field, out var value) ? value.ToString() : "none";

    private static List<decimal> Prices(JsonElement history) =>
    [
        .. history.GetProperty("points").EnumerateArray().Where(point =>
                point.GetProperty("partner").GetString() == KnownPartners.NetVideo && point.TryGetProperty("price", out _))
            .Select(point => point.GetProperty("price").GetDecimal()),
    ];
}
