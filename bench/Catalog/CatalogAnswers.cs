using StockPipeline.Bench.Measure;

namespace StockPipeline.Bench.Catalog;

/// <summary>Answers of a door on full tables: searches at a pace, and pages one after the other.</summary>
internal static class CatalogAnswers
{
    private const int SearchesPerSecond = 500;
    private const int Pages = 400;

    /// <summary>What the first sender's page of fifty took at twenty thousand products: the lower end of what was seen.</summary>
    private const double FirstSenderSeconds = 73;

    private static readonly TimeSpan Warming = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Searching = TimeSpan.FromSeconds(15);

    public static async Task MeasureAsync(CatalogSite site, int products, Report report)
    {
        await SearchAsync(site, Warming);
        var searches = await SearchAsync(site, Searching);
        report.Add($"search at {SearchesPerSecond}/s, p50", searches.Percentile(50), "ms");
        report.Add($"search at {SearchesPerSecond}/s, p99", searches.Percentile(99), "ms", Bar.AtMost(20));

        string? cursor = null;
        var keyset = await OneByOneAsync(async _ =>
        {
            using var page = await site.ReadAsync($"/api/v2/products?limit=50{(cursor is null ? "" : "&cursor=" + cursor)}");
            cursor = page.RootElement.TryGetProperty("next", out var next) ? next.GetString() : null;
        });
        report.Add("page of 50 by its cursor, p99", keyset.Percentile(99), "ms", Bar.AtMost(10));
        var ranges = await OneByOneAsync(async number => (await site.ReadAsync(
            $"/api/v2/products?limit=20&memory_gb=8..16&length_mm={270 + (number % 80)}..{290 + (number % 80)}")).Dispose());
        report.Add("two ranges of attributes, p50", ranges.Percentile(50), "ms");
        report.Add("two ranges of attributes, p99", ranges.Percentile(99), "ms", Bar.AtMost(25));
        var before = site.Services.Single(service => service.Kind == "door");
        before.Look();
        var resident = before.Now;
        var full = await OneByOneAsync(async number => (await site.ReadAsync(
            $"/api/v1/product/get_all_products_with_info?size=50&page={(number * 37 % (products / 50)) + 1}")).Dispose());
        before.Look();
        report.Add("full page of 50 of the first interface, p50", full.Percentile(50), "ms");
        report.Add("full page of 50 of the first interface, p99", full.Percentile(99), "ms", Bar.AtMost(30));
        report.Add(
            "the same beside the first sender's at 20,000 products", FirstSenderSeconds * 1000 / full.Percentile(50), "times", Bar.AtLeast(1000));
        report.Add($"what {Pages} of them added to the door's memory", before.Now - resident, "MB");
        report.Add("door, resident at most", before.Peak, "MB", Bar.AtMost(200));
    }

    /// <summary>Each search from when it was due: a slow answer holds up no other, and what waits for its turn counts.</summary>
    private static async Task<LatencyHistogram> SearchAsync(CatalogSite site, TimeSpan length)
    {
        var latencies = new LatencyHistogram();
        var gate = new Lock();
        var running = new List<Task>();
        var began = TimeProvider.System.GetTimestamp();
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        var asked = 0;
        while (TimeProvider.System.GetElapsedTime(began) is var elapsed && elapsed < length)
        {
            for (; asked < elapsed.TotalSeconds * SearchesPerSecond; asked++)
            {
                var due = TimeSpan.FromSeconds((double)asked / SearchesPerSecond);
                running.Add(AskAsync($"/api/v2/products?limit=20&q={Uri.EscapeDataString(Text(asked))}", due));
            }
            await beat.WaitForNextTickAsync();
        }
        await Task.WhenAll(running);
        return latencies;

        async Task AskAsync(string url, TimeSpan due)
        {
            using var answer = await site.Http.GetAsync(url);
            answer.EnsureSuccessStatusCode();
            await answer.Content.ReadAsByteArrayAsync();
            lock (gate)
                latencies.Add(TimeProvider.System.GetElapsedTime(began) - due);
        }
    }

    /// <summary>What people type: half a name, a whole one, words that stand in thousands of names, and such as stand in none.</summary>
    private static string Text(int number)
    {
        string[] brands = ["msi", "asus", "asrock", "gigabyte", "palit"];
        string[] cards = ["rtx 4070", "rtx 3060 ti", "gtx 1660 super", "rx 6600 xt", "rx 7900", "rtx 2060", "4090", "vega 8", "gtx 750 ti"];
        string[] editions = ["gaming x", "ventus", "dual oc", "strix", "eagle", "aero", "phantom", "jetstream", "stormx", "windforce"];
        var (brand, card, edition) = (brands[number % 5], cards[number / 5 % 9], editions[number / 45 % 10]);
        return (number % 8) switch
        {
            0 => card,
            1 => $"{brand} {card}",
            2 => $"{card} {edition}",
            3 => $"{edition} {brand} v{(number / 8 % 24) + 1}",
            4 => $"видеокарта {brand} {card} {edition}",
            5 => brand,
            6 => $"{card} v{(number / 8 % 24) + 1}",
            _ => $"{brand} {card} {edition} nothing {number}",
        };
    }

    private static async Task<LatencyHistogram> OneByOneAsync(Func<int, Task> ask)
    {
        var latencies = new LatencyHistogram();
        for (var i = 0; i < Pages; i++)
        {
            var began = TimeProvider.System.GetTimestamp();
            await ask(i);
            // The first ones make plans and compile.
            if (i >= Pages / 10)
                latencies.Add(TimeProvider.System.GetElapsedTime(began));
        }
        return latencies;
    }
}
