using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Workers;

namespace StockPipeline.CatalogApi;

/// <summary>Puts the catalog's door into a process.</summary>
public static class CatalogRegistration
{
    public static void AddCatalog(this IHostApplicationBuilder builder, string name = "catalog", params IEnumerable<Setting> settings) =>
        builder.AddService<CatalogWorker>(name, settings).WithOptions<CatalogOptions>().WithPipelineClient();
}
