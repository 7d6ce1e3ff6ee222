using Microsoft.Extensions.Options;
using StockPipeline.Hosting;
using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;
using StockPipeline.Streaming;

namespace StockPipeline.SchemaRegistryServer;

/// <summary>Runs the registry as a service of a process.</summary>
internal sealed class SchemaRegistryWorker(
    IOptions<RegistryServerOptions> options, IOptions<KafkaOptions> kafka, Health health, TimeProvider clock, ServiceLoggerFactory loggers)
    : PipelineWorker
{
    private readonly HealthCheck check = health.Check("registry");

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var server = await RegistryServer.StartAsync(kafka.Value.Connection, options.Value, loggers, clock, cancellationToken);
        check.Ready($"serves on port {server.Port}");
        await server.Ended.WaitAsync(cancellationToken);
    }
}

public static class SchemaRegistryRegistration
{
    /// <summary>Adds a schema registry to a process.</summary>
    public static void AddSchemaRegistry(
        this IHostApplicationBuilder builder, string name = "schema-registry", params IEnumerable<Setting> settings) =>
        builder.AddService<SchemaRegistryWorker>(name, settings).WithOptions<RegistryServerOptions>().WithOptions<KafkaOptions>()
            .MadeWith("librdkafka", PackagedLibrdkafka.Version);
}
