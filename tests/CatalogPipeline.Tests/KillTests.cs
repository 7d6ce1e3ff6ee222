using Npgsql;
using StockPipeline.Catalog.Attributes;
using StockPipeline.Simulator.Partners;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.CatalogPipelineTests;

/// <summary>Services ended at random instants while the shops play up; <c>bench catalog-kills</c> does it to processes, for longer.</summary>
[Collection(CatalogCollection.Name)]
public sealed class KillTests(CatalogSite site, ITestOutputHelper output)
{
    private const int Ends = 8;

    [Fact]
    public async Task Whatever_ends_at_whatever_instant_and_whatever_the_shops_say_meanwhile_the_same_catalog_comes_back()
    {
        var random = new Random(Seed.Next(output.WriteLine));
        const string edited = "/api/v2/products/palit-geforce-rtx-2080-ti";
        await site.HealthyAsync();
        var (status, _) = await site.SendAsync(HttpMethod.Patch, edited, new { description = "of an editor" });
        var ids = await site.IdsAsync();
        var before = await site.FirstInterfaceAsync();

        for (var end = 0; end < Ends; end++)
        {
            site.Shops.Faults.Set([.. Enumerable.Range(0, random.Next(3)).Select(_ => Fault(random))]);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(400)), TimeProvider.System);
            await EndAsync(random.Next(4));
        }
        site.Shops.Faults.Set();
        await site.HealthyAsync();

        Assert.Equal(200, status);
        await Eventually.SeeAsync(site.IdsAsync, seen => seen == ids);
        await Eventually.SeeAsync(site.FirstInterfaceAsync, seen => seen == before);
        Assert.Equal("of an editor", (await site.GetAsync(edited)).GetProperty("description").GetString());
        await site.SendAsync(HttpMethod.Patch, edited, """{"description":""}""");
    }

    /// <summary>Ends a service in the middle of whatever it does, and starts it again; the door sometimes finds its tables gone.</summary>
    private async Task EndAsync(int which)
    {
        switch (which)
        {
            case 0:
                await site.StopAsync("merger");
                site.StartMerger();
                break;
            case 1 or 2:
                var partner = KnownPartners.All[which - 1];
                await site.StopAsync(partner);
                site.StartCollector(partner);
                break;
            default:
                await site.StopAsync("door");
                await using (var database = NpgsqlDataSource.Create(site.Database))
                await using (var drop = database.CreateCommand("drop schema catalog cascade"))
                    await drop.ExecuteNonQueryAsync();
                await site.StartDoorAsync();
                break;
        }
    }

    private static PartnerFault Fault(Random random) => new()
    {
        Kind = Enum.GetValues<PartnerFaultKind>()[random.Next(Enum.GetValues<PartnerFaultKind>().Length)],
        Partner = random.Next(3) < 2 ? KnownPartners.All[random.Next(2)] : null, Share = random.NextDouble() / 2, RetryAfterSeconds = 0,
    };
}
