using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Broker;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Topics;
using StockPipeline.Hosting;
using StockPipeline.Hosting.Status;
using StockPipeline.Hosting.Telemetry;
using StockPipeline.SchemaRegistryServer;
using StockPipeline.Streaming.Provisioning;
using StockPipeline.Testing;

namespace StockPipeline.GapsTests.Service;

/// <summary>A broker and a schema registry on free ports, with every topic of the pipeline: what a service needs around it.</summary>
internal sealed class Surroundings : IAsyncDisposable
{
    private readonly TempFolder folder = new();
    private EmbeddedBroker? broker;
    private RegistryServer? registry;

    public static async Task<Surroundings> StartAsync()
    {
        var started = new Surroundings();
        started.broker = await EmbeddedBroker.StartAsync(new BrokerOptions { DataFolder = started.folder.Path });
        var connection = new KafkaConnection { BootstrapServers = started.broker.BootstrapServers };
        started.registry = await RegistryServer.StartAsync(
            connection, new RegistryServerOptions { Address = System.Net.IPAddress.Loopback, Port = 0 }, NullLoggerFactory.Instance,
                TimeProvider.System, default);
        await new TopicProvisioner(connection, NullLogger<TopicProvisioner>.Instance, TimeProvider.System)
            .ProvisionAsync(PipelineTopics.Default.All, recreate: false, default);
        return started;
    }

    /// <summary>What a service or a test's own client is made from.</summary>
    public ServiceContext Context(string name, params (string Name, string Value)[] more)
    {
        var values = new Dictionary<string, string>
        {
            ["KAFKA_CONNECT"] = broker!.BootstrapServers,
            ["SCHEMA_REGISTRY_URL"] = registry!.Url.ToString(),
            ["INVEST_API_HOST"] = "127.0.0.1:1",
            ["INVEST_API_PLAIN_HTTP"] = "true",
        };
        foreach (var (variable, value) in more)
            values[variable] = value;
        return new ServiceContext
        {
            Name = name, Settings = new Settings(values), LoggerFactory = NullLoggerFactory.Instance, Clock = TimeProvider.System,
            Health = new Health(name, TimeProvider.System), Metrics = Metrics.Of(name, TimeProvider.System),
        };
    }

    public async ValueTask DisposeAsync()
    {
        if (registry is not null)
            await registry.DisposeAsync();
        if (broker is not null)
            await broker.DisposeAsync();
        folder.Dispose();
    }
}
