using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Workers;

namespace StockPipeline.CatalogMerger;

/// <summary>Puts the merger into a process; replicas share the partitions.</summary>
public static class MergerRegistration
{
    public static void AddCatalogMerger(
        this IHostApplicationBuilder builder, string name = "catalog-merger", params IEnumerable<Setting> settings) =>
        builder.AddService<MergerWorker>(name, settings).WithOptions<MergerOptions>().WithPipelineClient();
}
