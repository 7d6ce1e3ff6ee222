using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Workers;

namespace StockPipeline.IndicatorService;

public static class IndicatorsRegistration
{
    /// <summary>Adds a worker that calculates every indicator of INDICATORS over the candles of one interval.</summary>
    public static ServiceRegistration AddIndicators(
        this IHostApplicationBuilder builder, string name = "indicators", params IEnumerable<Setting> settings) =>
        builder.AddService<IndicatorsWorker>(name, settings).WithOptions<IndicatorsOptions>().WithPipelineClient().With<TombstoneKeys>();
}
