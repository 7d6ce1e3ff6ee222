using System.Globalization;
using System.Text.Json;
using StockPipeline.Bench.Measure;
using StockPipeline.Simulator.Partners;
using StockPipeline.Storage.Postgres;

namespace StockPipeline.Bench.Catalog;

/// <summary>What of the catalog is measured.</summary>
[Flags]
public enum CatalogPart
{
    /// <summary>The first listing, and a change at a partner after it.</summary>
    Fill = 1,

    /// <summary>The tables anew from the topics.</summary>
    Rebuild = 2,

    /// <summary>Searches and pages.</summary>
    Answers = 4,

    Whole = Fill | Rebuild | Answers,
}

/// <summary>
/// The catalog from the shops' JSON to the answers over HTTP, at a hundred thousand products, or at the twenty thousand that the first sender was
/// measured at. Takes some minutes: it runs only when it is named. A part alone goes on from the folder that the part before has filled.
/// </summary>
public sealed class CatalogSuite(string name, int products, CatalogPart parts = CatalogPart.Whole) : ISuite
{
    private const int Changes = 5;

    /// <summary>Of the products, those that one shop renames at once.</summary>
    private const double RenamedShare = 0.0002;

    public string Name => name;

    public async Task RunAsync(Report report)
    {
        if (PrivatePostgres.FindPrograms() is not { } programs)
        {
            report.Say("left out: PostgreSQL is not installed here");
            return;
        }
        await using var site = await CatalogSite.StartAsync(
            programs, products, isNew: parts.HasFlag(CatalogPart.Fill), isKept: parts != CatalogPart.Whole);
        if (parts.HasFlag(CatalogPart.Fill))
        {
            await FillAsync(site, report);
            await ChangeAsync(site, report);
            await site.StopServicesAsync();
            site.SetFilled();
        }
        if (parts.HasFlag(CatalogPart.Rebuild))
            await RebuildAsync(site, report);
        if (parts.HasFlag(CatalogPart.Answers))
        {
            if (!parts.HasFlag(CatalogPart.Rebuild))
                await OpenAsync(site, report);
            await CatalogAnswers.MeasureAsync(site, products, report);
        }
    }

    /// <summary>The door on tables that are full.</summary>
    private static async Task OpenAsync(CatalogSite site, Report report)
    {
        site.Start("door", "CatalogApi");
        report.Add("the door on tables that are full, ready", await site.UntilReadyAsync(TimeProvider.System.GetTimestamp()), "s");
    }

    /// <summary>The first listing, to the last product over HTTP.</summary>
    private async Task FillAsync(CatalogSite site, Report report)
    {
        site.Start("merger", "CatalogMerger");
        site.Start("door", "CatalogApi");
        var began = TimeProvider.System.GetTimestamp();
        site.Start("collector of net-video", "CatalogCollector", ("CATALOG_PARTNER", "net-video"));
        site.Start("collector of country-link", "CatalogCollector", ("CATALOG_PARTNER", "country-link"));
        var listed = await site.UntilAsync(began, "/api/v2/partners", partners => partners.GetArrayLength() == 2
            && partners.EnumerateArray().All(partner => partner.GetProperty("state").GetString() == "complete"));
        report.Add("first poll of both partners, all of it new", listed, "s", Bar.AtMost(60));
        var whole = await site.UntilAsync(
            began, "/api/v1/product/search_by_name?product_name=&size=1", page => page.GetProperty("total").GetInt32() == products);
        report.Add("from the start to the last product over HTTP", whole, "s");
    }

    /// <summary>A shop renames some cards: until all of them are found by their new names.</summary>
    private async Task ChangeAsync(CatalogSite site, Report report)
    {
        var fault = new PartnerFault { Kind = PartnerFaultKind.Rename, Share = RenamedShare };
        var renamed = Enumerable.Range(0, products).Count(fault.Strikes);
        var (polls, beyond) = (new List<double>(), new List<double>());
        for (var change = 0; change < Changes; change++)
        {
            var isRename = change % 2 == 0;
            await site.SetFaultsAsync(isRename
                ? $$"""[{"kind":"rename","partner":"net-video","share":{{RenamedShare.ToString(CultureInfo.InvariantCulture)}}}]""" : "[]");
            var (began, changed) = (TimeProvider.System.GetTimestamp(), TimeProvider.System.GetUtcNow());
            // The listing that holds the whole change is the first that begins after it; its word on itself is the last of its records.
            var polled = await site.UntilAsync(began, "/api/v2/partners", partners => CompleteAt(partners) > changed);
            var seen = await site.UntilAsync(
                began, "/api/v2/products?limit=1&q=refresh", page => page.GetProperty("total").GetInt32() == (isRename ? renamed : 0));
            polls.Add(polled);
            beyond.Add(Math.Max(0, seen - polled));
        }
        await site.SetFaultsAsync("[]");
        report.Add($"{renamed} cards renamed at a partner, the listing that says so, at most", polls.Max(), "s");
        report.Add("the last of them in the answers, beyond that listing, at most", beyond.Max(), "s", Bar.AtMost(1));
        foreach (var service in site.Services)
            report.Add($"{service.Kind}, resident at most", service.Peak, "MB", Bar.AtMost(200));
    }

    private static async Task RebuildAsync(CatalogSite site, Report report)
    {
        await site.DropSchemaAsync();
        var began = TimeProvider.System.GetTimestamp();
        site.Start("door", "CatalogApi");
        report.Add("rebuild into an empty database", await site.UntilReadyAsync(began), "s", Bar.AtMost(90));
        report.Add("door while it rebuilds, resident at most", site.Services.Single().Peak, "MB", Bar.AtMost(200));
    }

    /// <summary>When the last complete listing began.</summary>
    private static DateTimeOffset CompleteAt(JsonElement partners) => partners.EnumerateArray()
        .Single(partner => partner.GetProperty("partner").GetString() == "net-video").GetProperty("complete_at").GetDateTimeOffset();
}
