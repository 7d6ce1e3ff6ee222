using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.RatesApi.Connections;
using StockPipeline.Workers;

namespace StockPipeline.RatesApi;

public static class RatesApiRegistration
{
    /// <summary>Adds the API of rates to the process.</summary>
    public static void AddRatesApi(this IHostApplicationBuilder builder, string name = "rates-api", params IEnumerable<Setting> settings) =>
        builder.AddService<RatesApiWorker>(name, settings).WithOptions<RatesApiOptions>().WithPipelineClient().With<ApiCounts>();
}
