using System.Globalization;
using StockPipeline.Catalog.Attributes;
using StockPipeline.CatalogApi;
using StockPipeline.CatalogCollector;
using StockPipeline.CatalogMerger;
using StockPipeline.Hosting.Options;
using StockPipeline.Simulator.Partners;

namespace StockPipeline.AllInOne;

/// <summary>The product catalog on this machine: its ports, its database, and the partners' shops, simulated where none are named.</summary>
internal sealed record CatalogPlace(string? Database, int Port, int ShopPort, int ShopControlPort, bool HasShops)
{
    public const string DatabaseName = "catalog";

    private const string NetVideoPath = "/net_video/products/graphic_cards/list";
    private const string CountryLinkPath = "/country_link/catalog/gpu_cards/list";

    /// <summary>Null where it is switched off.</summary>
    public static CatalogPlace? From(MachineOptions options) => options.HasCatalog
        ? new CatalogPlace(
            options.CatalogDatabase?.Reveal(), options.CatalogPort, options.ShopPort, options.ShopControlPort,
            options.NetVideo is not null && options.CountryLink is not null)
        : null;

    public void Add(IHostApplicationBuilder builder, IReadOnlyList<Setting> shared)
    {
        Setting[] all = [.. shared, ("CATALOG_DATABASE", Database!), .. HasShops ? [] : Addresses()];
        if (!HasShops)
            builder.AddPartnersSimulator(settings: all);
        foreach (var partner in KnownPartners.All)
            builder.AddCatalogCollector($"catalog-collector-{partner}", [.. all, ("CATALOG_PARTNER", partner)]);
        builder.AddCatalogMerger(settings: all);
        builder.AddCatalog(settings: all);
    }

    private Setting[] Addresses()
    {
        var shops = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ShopPort}");
        return [("NET_VIDEO_SERVICE_URL", shops + NetVideoPath), ("COUNTRY_LINK_SERVICE_URL", shops + CountryLinkPath)];
    }
}
