using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Workers;

namespace StockPipeline.PolygonCollector;

public static class PolygonRegistration
{
    /// <summary>Adds the collector of US shares to the process.</summary>
    public static void AddPolygon(this IHostApplicationBuilder builder, string name = "polygon", params IEnumerable<Setting> settings) =>
        builder.AddService<PolygonWorker>(name, settings).WithOptions<CollectorOptions>().WithPipelineClient();
}
