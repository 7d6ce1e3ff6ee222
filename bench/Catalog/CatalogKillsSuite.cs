using System.Globalization;
using System.Text.Json;
using StockPipeline.Bench.Measure;
using StockPipeline.Simulator.Partners;
using StockPipeline.Storage.Postgres;
using StockPipeline.Testing;

namespace StockPipeline.Bench.Catalog;

/// <summary>
/// Kills collectors, merger, door and broker at random instants while the shops play up and people edit, then lets everything come to rest: every
/// product has to be what it was, under its number, with every edit that was answered. Measures nothing but the promise; runs only when it is named.
/// </summary>
public sealed class CatalogKillsSuite : ISuite
{
    private const int Products = 1_000;
    private const int Kills = 40;

    private static readonly string[] Mortals = ["collector of net-video", "collector of country-link", "merger", "door", "broker"];
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    public string Name => "catalog-kills";

    public async Task RunAsync(Report report)
    {
        if (PrivatePostgres.FindPrograms() is not { } programs)
        {
            report.Say("left out: PostgreSQL is not installed here");
            return;
        }
        var random = new Random(Seed.Next(report.Say));
        await using var site = await CatalogSite.StartAsync(programs, Products, isNew: true, isKept: false, interval: "500ms");
        site.Start("merger", "CatalogMerger");
        site.Start("door", "CatalogApi");
        site.Start("collector of net-video", "CatalogCollector", ("CATALOG_PARTNER", "net-video"));
        site.Start("collector of country-link", "CatalogCollector", ("CATALOG_PARTNER", "country-link"));
        await RestAsync(site);
        site.Http.DefaultRequestHeaders.Add("X-Api-Key", "bench");
        var before = await WholeAsync(site);
        var edits = new Dictionary<int, (string Text, bool IsAnswered)>();

        for (var kill = 0; kill < Kills; kill++)
        {
            var mortal = Mortals[random.Next(Mortals.Length)];
            await site.SetFaultsAsync(Faults(random));
            await Task.Delay(LongestPause * random.NextDouble(), TimeProvider.System);
            await site.KillAsync(mortal);
            await EditAsync(site, random, [.. before.Keys], edits);
            site.StartAgain(mortal);
        }
        await site.SetFaultsAsync("[]");
        await RestAsync(site);

        await SameAsync(site, before, edits, report, "after the kills");
        await site.KillAsync("door");
        await site.DropSchemaAsync();
        site.StartAgain("door");
        await RestAsync(site);
        await SameAsync(site, before, edits, report, "with the schema dropped");
        report.Add("kills", Kills, "");
        report.Add("edits that were answered", edits.Values.Count(edit => edit.IsAnswered), "");
    }

    /// <summary>Until both shops have been heard in full often enough that what was dropped by mistake is back and what is gone is gone.</summary>
    private static async Task RestAsync(CatalogSite site)
    {
        var began = TimeProvider.System.GetTimestamp();
        for (var listing = 0; listing < 5; listing++)
        {
            var now = TimeProvider.System.GetUtcNow();
            await site.UntilAsync(began, "/api/v2/partners", partners => partners.GetArrayLength() == 2 && partners.EnumerateArray().All(partner =>
                partner.GetProperty("state").GetString() == "complete" && partner.GetProperty("complete_at").GetDateTimeOffset() > now));
        }
        await site.UntilAsync(began, "/api/v1/product/search_by_name?product_name=&size=1", page => page.GetProperty("total").GetInt32() == Products);
    }

    private static async Task SameAsync(
        CatalogSite site, Dictionary<int, string> before, Dictionary<int, (string Text, bool IsAnswered)> edits, Report report, string when)
    {
        var after = await WholeAsync(site);
        var others = 0;
        foreach (var (id, product) in before)
        {
            var isEdited = edits.TryGetValue(id, out var edit);
            var expected = isEdited ? Described(product, edit.Text) : product;
            var now = after.GetValueOrDefault(id);
            // One that was not answered may hold or not.
            if (now == expected || (isEdited && !edit.IsAnswered && now == product))
                continue;
            if (others++ == 0)
                report.Say($"{when}: {expected}\n  has become {now ?? "nothing"}");
        }
        report.Add($"products that are others {when}", others + Math.Abs(after.Count - before.Count), "", Bar.AtMost(0));
    }

    /// <summary>Enters a description; only what is answered has to hold, and of a product only one edit is made.</summary>
    private static async Task EditAsync(CatalogSite site, Random random, int[] ids, Dictionary<int, (string Text, bool IsAnswered)> edits)
    {
        var id = ids[random.Next(ids.Length)];
        var text = string.Create(CultureInfo.InvariantCulture, $"edit {random.Next()}");
        if (edits.ContainsKey(id))
            return;
        edits[id] = (text, IsAnswered: false);
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5), TimeProvider.System);
            using var answer = await site.Http.PatchAsJsonAsync($"/api/v1/product/{id}", new { description = text }, limit.Token);
            edits[id] = (text, answer.IsSuccessStatusCode);
        }
        catch (Exception away) when (away is HttpRequestException or OperationCanceledException)
        {
            // The door is down, or what it stands on.
        }
    }

    private static async Task<Dictionary<int, string>> WholeAsync(CatalogSite site)
    {
        var products = new Dictionary<int, string>();
        for (var page = 1; ; page++)
        {
            using var answer = await site.ReadAsync(
                string.Create(CultureInfo.InvariantCulture, $"/api/v1/product/get_all_products_with_info?size=100&page={page}"));
            var items = answer.RootElement.GetProperty("items");
            foreach (var item in items.EnumerateArray())
                products[item.GetProperty("id").GetInt32()] = item.GetRawText();
            if (items.GetArrayLength() == 0)
                return products;
        }
    }

    private static string Described(string product, string text)
    {
        var was = JsonDocument.Parse(product).RootElement.GetProperty("description").GetRawText();
        return product.Replace(
            $"\"description\":{was},\"property_group\"", $"\"description\":\"{text}\",\"property_group\"", StringComparison.Ordinal);
    }

    private static string Faults(Random random)
    {
        var kinds = Enum.GetValues<PartnerFaultKind>();
        var faults = Enumerable.Range(0, random.Next(3)).Select(_ => new
        {
            kind = JsonNamingPolicy.KebabCaseLower.ConvertName(kinds[random.Next(kinds.Length)].ToString()),
            partner = random.Next(2) == 0 ? "net-video" : "country-link", share = random.NextDouble() / 2, retryAfterSeconds = 0,
        });
        return JsonSerializer.Serialize(faults);
    }
}
