using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Workers;

namespace StockPipeline.CatalogCollector;

/// <summary>Puts collectors into a process, one a partner.</summary>
public static class CollectorRegistration
{
    public static void AddCatalogCollector(
        this IHostApplicationBuilder builder, string name = "catalog-collector", params IEnumerable<Setting> settings) =>
        builder.AddService<CollectorWorker>(name, settings).WithOptions<CollectorOptions>().WithPipelineClient();
}
