using System.Text.Json;
using Npgsql;
using StockPipeline.Catalog.Attributes;
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

    [Fact]
    public async Task A_price_a_hundred_times_as_high_is_a_change_that_everybody_sees()
    {
        await site.HealthyAsync();
        const string product = "/api/v2/products/msi-geforce-rtx-2080-ti";
        var usual = Prices(await site.GetAsync($"{product}/prices"))[^1];

        site.Shops.Faults.Set(new PartnerFault { Kind = PartnerFaultKind.PriceTimes100, Partner = KnownPartners.NetVideo, Share = 1 });
        await site.SeeAsync($"{product}/prices", seen => Prices(seen)[^1] > usual * 50);
        site.Shops.Faults.Set();
        await site.SeeAsync($"{product}/prices", seen => Prices(seen)[^1] == usual);

        Assert.Contains((await site.GetAsync($"{product}/changes")).EnumerateArray(),
            change => change.GetProperty("field").GetString() == "price/net-video" && change.TryGetProperty("from", out _));
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

    private static List<decimal> Prices(JsonElement history) =>
    [
        .. history.GetProperty("points").EnumerateArray().Where(point =>
                point.GetProperty("partner").GetString() == KnownPartners.NetVideo && point.TryGetProperty("price", out _))
            .Select(point => point.GetProperty("price").GetDecimal()),
    ];
}
