using System.Text.Json;
using StockPipeline.Catalog.Attributes;
using StockPipeline.Testing;

namespace StockPipeline.CatalogPipelineTests;

[Collection(CatalogCollection.Name)]
public sealed class EditTests(CatalogSite site)
{
    [Fact]
    public async Task An_edit_wins_over_both_partners_survives_their_listings_and_can_be_taken_back()
    {
        const string product = "/api/v2/products/asus-geforce-rtx-2060-super";
        var before = await site.GetAsync(product);

        var (status, edited) = await site.SendAsync(HttpMethod.Patch, product,
            new { values = new Dictionary<string, string> { ["memory_gb"] = "6 ГБ" } });

        Assert.Equal(200, status);
        Assert.Equal(("6", "editor"), Memory(edited));
        var listing = Tried(await site.GetAsync("/api/v2/partners"), KnownPartners.NetVideo);
        await site.SeeAsync("/api/v2/partners", partners => Tried(partners, KnownPartners.NetVideo) > listing.AddSeconds(1));
        Assert.Equal(("6", "editor"), Memory(await site.GetAsync(product)));
        var changes = await site.GetAsync($"{product}/changes");
        Assert.Contains(changes.EnumerateArray(), change => change.GetProperty("field").GetString() == "memory_gb"
            && change.GetProperty("to").GetString() == "6" && change.GetProperty("partner").GetString() == "editor");

        var (_, withdrawn) = await site.SendAsync(HttpMethod.Patch, product, """{"values":{"memory_gb":null}}""");
        Assert.Equal(Memory(before), Memory(withdrawn));
    }

    [Fact]
    public async Task An_edit_of_a_state_that_is_no_more_is_refused()
    {
        const string product = "/api/v2/products/asrock-geforce-rtx-2060-super";
        using var seen = await site.AskAsync(new HttpRequestMessage(HttpMethod.Get, product));
        var tag = seen.Headers.ETag!.ToString();

        var first = await site.SendAsync(HttpMethod.Patch, product, new { description = "One" }, ("If-Match", tag));
        var second = await site.SendAsync(HttpMethod.Patch, product, new { description = "Two" }, ("If-Match", tag));
        var weak = await site.SendAsync(HttpMethod.Patch, product, new { description = "Three" }, ("If-Match", "W/" + tag));

        Assert.Equal((200, 412, 412), (first.Status, second.Status, weak.Status));
        Assert.Equal("One", (await site.GetAsync(product)).GetProperty("description").GetString());
    }

    [Fact]
    public async Task An_alias_joins_two_products_and_its_withdrawal_parts_them_again()
    {
        const string apart = "gigabyte-geforce-rtx-2060-super";
        const string joined = "palit-geforce-rtx-2060-super";
        Assert.Equal(2, await SourcesAsync(apart));

        await site.SendAsync(HttpMethod.Put, $"/api/v2/aliases/{KnownPartners.NetVideo}/{apart}", new { product = "gigabyte-special" });
        await site.SeeAsync("/api/v2/products/gigabyte-special", seen => seen.GetProperty("sources").GetArrayLength() == 1);
        await site.SeeAsync($"/api/v2/products/{apart}", seen => seen.GetProperty("sources").GetArrayLength() == 1);
        Assert.Equal(2, await SourcesAsync(joined));

        await site.SendAsync(HttpMethod.Delete, $"/api/v2/aliases/{KnownPartners.NetVideo}/{apart}");
        await site.SeeAsync($"/api/v2/products/{apart}", seen => seen.GetProperty("sources").GetArrayLength() == 2);
        await Eventually.SeeAsync(
            async () => (await site.SendAsync(HttpMethod.Get, "/api/v2/products/gigabyte-special")).Status, status => status == 404);
        await site.SeeAsync("/api/v2/products/gigabyte-special/changes", changes => changes.EnumerateArray().Any(change =>
            change.GetProperty("field").GetString() == "product" && change.GetProperty("to").GetString() == "gone"));
    }

    [Fact]
    public async Task What_cannot_be_edited_is_named()
    {
        var (status, problem) = await site.SendAsync(
            HttpMethod.Patch, "/api/v2/products/msi-geforce-rtx-2060", new { values = new Dictionary<string, string> { ["memory"] = "6" } });

        Assert.Equal(400, status);
        Assert.Contains("memory", problem.GetProperty("detail").GetString());
        Assert.Equal(404, (await site.SendAsync(HttpMethod.Patch, "/api/v2/products/none", new { description = "a" })).Status);
    }

    private async Task<int> SourcesAsync(string product) => (await site.GetAsync($"/api/v2/products/{product}")).GetProperty("sources")
        .GetArrayLength();

    private static DateTimeOffset Tried(JsonElement partners, string partner) => partners.EnumerateArray()
        .Single(one => one.GetProperty("partner").GetString() == partner).GetProperty("tried_at").GetDateTimeOffset();

    private static (string?, string?) Memory(JsonElement product)
    {
        var memory = product.GetProperty("values").EnumerateArray().Single(value => value.GetProperty("attribute").GetString() == "memory_gb");
        return (memory.GetProperty("value").GetString(), memory.GetProperty("partner").GetString());
    }
}
