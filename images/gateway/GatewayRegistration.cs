using Microsoft.Extensions.Options;
using StockPipeline.Hosting;
using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Workers;

namespace StockPipeline.Gateway;

/// <summary>Puts a gateway into a process.</summary>
public static class GatewayRegistration
{
    public static void AddGateway(this IHostApplicationBuilder builder, string name = "gateway", params IEnumerable<Setting> settings) =>
        builder.AddService(name, settings, services => ActivatorUtilities.CreateInstance<GatewayWorker>(services))
            .WithOptions<GatewayOptions>().WithPipelineClient();

    /// <summary>
    /// A gateway serves health and metrics of its process on its own port: unless somebody names another, there is none beside it.
    /// </summary>
    public static void ServeStatusByGateway(this IHostApplicationBuilder builder)
    {
        // Read already when the builder was made, and the same for the whole process.
        var process = builder.Services.Select(service => service.ImplementationInstance).OfType<IOptions<ProcessOptions>>().Single().Value;
        if (string.IsNullOrWhiteSpace(builder.Configuration["HEALTH_PORT"]))
            process.HealthPort = new HealthPort(null);
    }
}
