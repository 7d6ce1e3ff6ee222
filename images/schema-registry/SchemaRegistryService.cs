using StockPipeline.Avro.Compatibility;
using StockPipeline.Contracts.Connections;
using StockPipeline.Hosting;
using StockPipeline.SchemaRegistryServer.Storage;
using StockPipeline.Streaming.Metrics;

namespace StockPipeline.SchemaRegistryServer;

/// <summary>The registry as a service of a process.</summary>
public sealed class SchemaRegistryService : IService
{
    public const string Name = "schema-registry";

    private readonly ServiceContext context;
    private readonly KafkaConnection kafka;
    private readonly string topic;
    private readonly RegistryServerOptions options;

    public SchemaRegistryService(ServiceContext context)
    {
        this.context = context;
        var settings = context.Settings;
        kafka = settings.Kafka();
        topic = settings.Text("SCHEMA_REGISTRY_TOPIC", RegistryServerOptions.DefaultTopic);
        options = new RegistryServerOptions
        {
            Port = settings.Port("SCHEMA_REGISTRY_PORT", RegistryServerOptions.DefaultPort),
            DefaultCompatibility = settings.Value(
                "SCHEMA_REGISTRY_COMPATIBILITY", CompatibilityLevel.Backward, CompatibilityLevels.Allowed,
                static (text, out level) => CompatibilityLevels.TryParse(text, out level), CompatibilityLevels.Text),
        };
    }

    public async Task RunAsync(CancellationToken stop)
    {
        var check = context.Health.Check("registry");
        var log = new KafkaSchemaLog(kafka, topic, context.LoggerFactory, NoMetrics.Instance, context.Clock);
        await using var server = await RegistryServer.StartAsync(log, options, context.LoggerFactory, stop);
        check.Ready($"serves on port {server.Port}");
        await server.Ended.WaitAsync(stop);
    }
}
