using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Workers;

namespace StockPipeline.Macd;

public static class MacdRegistration
{
    /// <summary>Adds a worker that calculates MACD over the candles of one interval.</summary>
    public static ServiceRegistration AddMacd(this IHostApplicationBuilder builder, string name = "macd", params IEnumerable<Setting> settings) =>
        builder.AddService<MacdWorker>(name, settings).WithOptions<MacdOptions>().WithPipelineClient().With<TombstoneKeys>();
}
