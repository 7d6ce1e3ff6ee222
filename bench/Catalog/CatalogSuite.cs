using System.Globalization;
using System.Text.Json;
using StockPipeline.Bench.Measure;
using StockPipeline.Storage.Postgres;

namespace StockPipeline.Bench.Catalog;

/// <summary>
/// The catalog from the shops' JSON to the answers over HTTP, at a hundred thousand products, or at the twenty thousand that the first sender was
/// measured at. Takes some minutes: it runs only when it is named.
/// </summary>
public sealed class CatalogSuite(string name, int products) : ISuite
{
    private const int SearchesPerSecond = 500;
    private const int Pages = 400;

    /// <summary>What the first sender's page of fifty took at twenty thousand products: the lower end of what was seen.</summary>
    private const double FirstSenderSeconds = 73;

    private static readonly TimeSpan Searching = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public string Name => name;

    public async Task RunAsync(Report report)
    {
        if (PrivatePostgres.FindPrograms() is not { } programs)
        {
            report.Say("left out: PostgreSQL is not installed here");
            return;
        }
        await using var site = await CatalogSite.StartAsync(programs, products);
        site.Start("merger", "CatalogMerger");
        site.Start("door", "CatalogApi");
        var began = TimeProvider.System.GetTimestamp();
        site.Start("collector of net-video", "CatalogCollector", ("CATALOG_PARTNER", "net-video"));
        site.Start("collector of country-link", "CatalogCollector", ("CATALOG_PARTNER", "country-link"));
        var listed = await UntilAsync(site, began, "/api/v2/partners", partners => partners.GetArrayLength() == 2
            && partners.EnumerateArray().All(partner => partner.GetProperty("state").GetString() == "complete"));
        report.Add("first poll of both partners, all of it new", listed, "s", Bar.AtMost(60));
        var whole = await UntilAsync(
            site, began, "/api/v1/product/search_by_name?product_name=&size=1", page => page.GetProperty("total").GetInt32() == products);
        report.Add("from the start to the last product over HTTP", whole, "s");
        foreach (var service in site.Services)
            report.Add($"{service.Kind}, resident at most", service.Peak, "MB", Bar.AtMost(200));

        await site.StopAsync("collector of net-video");
        await site.StopAsync("collector of country-link");
        await site.StopAsync("door");
        await site.DropSchemaAsync();
        var rebuilt = TimeProvider.System.GetTimestamp();
        site.Start("door", "CatalogApi");
        report.Add("rebuild into an empty database", await UntilReadyAsync(site, rebuilt), "s", Bar.AtMost(90));
        report.Add("door while it rebuilds, resident at most", site.Services.Single(service => service.Kind == "door").Peak, "MB", Bar.AtMost(200));

        await SearchAsync(site, report);
        await PagesAsync(site, report);
    }

    private static async Task SearchAsync(CatalogSite site, Report report)
    {
        string[] texts = ["rtx 4070", "msi gaming", "radeon rx 6600 xt", "видеокарта asus strix", "palit 3060 ti v2", "gtx 1660 super"];
        var latencies = new LatencyHistogram();
        var gate = new Lock();
        var running = new List<Task>();
        var began = TimeProvider.System.GetTimestamp();
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        var asked = 0;
        while (TimeProvider.System.GetElapsedTime(began) is var elapsed && elapsed < Searching)
        {
            // As many as are due by now: a slow answer holds up no other, and counts from when it was due.
            for (; asked < elapsed.TotalSeconds * SearchesPerSecond; asked++)
            {
                var url = $"/api/v2/products?limit=20&q={Uri.EscapeDataString(texts[asked % texts.Length])}";
                running.Add(AskAsync(site, url, latencies, gate));
            }
            await beat.WaitForNextTickAsync();
        }
        await Task.WhenAll(running);
        report.Add($"search at {SearchesPerSecond}/s, p50", latencies.Percentile(50), "ms");
        report.Add($"search at {SearchesPerSecond}/s, p99", latencies.Percentile(99), "ms", Bar.AtMost(20));
    }

    private async Task PagesAsync(CatalogSite site, Report report)
    {
        string? cursor = null;
        var keyset = await MeasureAsync(async () =>
        {
            using var page = await ReadAsync(site, $"/api/v2/products?limit=50{(cursor is null ? "" : "&cursor=" + cursor)}");
            cursor = page.RootElement.TryGetProperty("next", out var next) ? next.GetString() : null;
        });
        report.Add("page of 50 by its cursor, p99", keyset.Percentile(99), "ms", Bar.AtMost(10));
        var ranges = await MeasureAsync(async () =>
            (await ReadAsync(site, "/api/v2/products?limit=20&memory_gb=8..16&length_mm=300..320")).Dispose());
        report.Add("two ranges of attributes, p99", ranges.Percentile(99), "ms", Bar.AtMost(25));
        var at = 0;
        var full = await MeasureAsync(async () =>
            (await ReadAsync(site, $"/api/v1/product/get_all_products_with_info?size=50&page={(at++ * 37 % (products / 50)) + 1}")).Dispose());
        report.Add("full page of 50 of the first interface, p99", full.Percentile(99), "ms", Bar.AtMost(30));
        report.Add(
            "the same beside the first sender's at 20,000 products", FirstSenderSeconds * 1000 / full.Percentile(50), "times", Bar.AtLeast(1000));
    }

    private static async Task<LatencyHistogram> MeasureAsync(Func<Task> ask)
    {
        var latencies = new LatencyHistogram();
        for (var i = 0; i < Pages; i++)
        {
            var began = TimeProvider.System.GetTimestamp();
            await ask();
            // The first ones make plans and compile.
            if (i >= Pages / 10)
                latencies.Add(TimeProvider.System.GetElapsedTime(began));
        }
        return latencies;
    }

    private static async Task AskAsync(CatalogSite site, string url, LatencyHistogram latencies, Lock gate)
    {
        var began = TimeProvider.System.GetTimestamp();
        using var answer = await site.Http.GetAsync(url);
        answer.EnsureSuccessStatusCode();
        lock (gate)
            latencies.Add(TimeProvider.System.GetElapsedTime(began));
    }

    private static async Task<JsonDocument> ReadAsync(CatalogSite site, string url) =>
        JsonDocument.Parse(await site.Http.GetByteArrayAsync(url));

    /// <summary>Seconds until an answer is right; the services are looked at meanwhile.</summary>
    private static async Task<double> UntilAsync(CatalogSite site, long began, string url, Func<JsonElement, bool> isRight)
    {
        while (true)
        {
            site.Look();
            if (await TryAsync(site, url) is { } answer && isRight(answer.RootElement))
                return TimeProvider.System.GetElapsedTime(began).TotalSeconds;
            if (TimeProvider.System.GetElapsedTime(began) > Patience)
                throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"{url} is not right within {Patience}"));
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    private static async Task<double> UntilReadyAsync(CatalogSite site, long began)
    {
        while (true)
        {
            site.Look();
            try
            {
                using var health = await site.Http.GetAsync("/health/ready");
                if (health.IsSuccessStatusCode)
                    return TimeProvider.System.GetElapsedTime(began).TotalSeconds;
            }
            catch (HttpRequestException)
            {
                // Not open yet.
            }
            if (TimeProvider.System.GetElapsedTime(began) > Patience)
                throw new TimeoutException($"The door is not ready within {Patience}.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    private static async Task<JsonDocument?> TryAsync(CatalogSite site, string url)
    {
        try
        {
            return await ReadAsync(site, url);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
