using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Topics;
using StockPipeline.SchemaRegistryServer;
using StockPipeline.Streaming.Provisioning;
using StockPipeline.Testing.Kafka;
using StockPipeline.Workers;

namespace StockPipeline.Surroundings;

/// <summary>A broker and a schema registry on free ports, with every topic of the pipeline: what a service needs around it.</summary>
public sealed class ServiceSurroundings : IAsyncDisposable
{
    private readonly IKafkaBroker broker;
    private readonly RegistryServer registry;

    private ServiceSurroundings(IKafkaBroker broker, RegistryServer registry)
    {
        this.broker = broker;
        this.registry = registry;
        Client = CreateClient("test");
    }

    /// <summary>The test's own client.</summary>
    public PipelineClient Client { get; }

    public static async Task<ServiceSurroundings> StartAsync()
    {
        IKafkaBroker broker = ApacheKafka.IsForServices
            ? await ApacheKafka.StartAsync() : await EmbeddedKafka.StartAsync();
        var connection = new KafkaConnection { BootstrapServers = broker.BootstrapServers };
        var registry = await RegistryServer.StartAsync(
            connection, new RegistryServerOptions { Address = System.Net.IPAddress.Loopback, Port = 0 }, NullLoggerFactory.Instance,
            TimeProvider.System, default);
        await new TopicProvisioner(connection, NullLogger<TopicProvisioner>.Instance, TimeProvider.System)
            .ProvisionAsync(PipelineTopics.Default.All, recreate: false, default);
        return new ServiceSurroundings(broker, registry);
    }

    /// <summary>What a service is told of its surroundings, here or in a process of its own.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["KAFKA_CONNECT"] = broker.BootstrapServers,
        ["SCHEMA_REGISTRY_URL"] = registry.Url.ToString(),
        ["INVEST_API_HOST"] = "http://127.0.0.1:1",
        ["INVEST_API_PLAIN_HTTP"] = "true",
    };

    /// <summary>The broker ends as a killed process does, and comes back with what it left on disk.</summary>
    public async Task KillBrokerAsync()
    {
        if (broker is ApacheKafka apache)
        {
            await apache.RestartAsync();
            return;
        }
        var embedded = (EmbeddedKafka)broker;
        await embedded.AbandonAsync();
        await embedded.ComeBackAsync();
    }

    /// <summary>A further client of the test's own.</summary>
    public PipelineClient CreateClient(string name) => PipelineClient.Of(name, Environment, TimeProvider.System, NullLoggerFactory.Instance);

    /// <summary>Runs a service until the test has seen what it waits for, and stops it; see <see cref="HostedServices"/>.</summary>
    public async Task WhileRunningAsync(
        Action<IHostApplicationBuilder> add, Func<Task> see, params (string Name, string Value)[] settings)
    {
        await using var service = new HostedServices(add, [.. Environment, .. settings.Select(one => KeyValuePair.Create(one.Name, one.Value))]);
        await service.SeeAsync(see);
    }

    /// <summary>Says of instruments and days that they are followed.</summary>
    public async Task ConfigureAsync(params IEnumerable<ConfigRecord> records)
    {
        var config = Client.Kafka.WriteTo(Client.Topics.Config, await Client.Codecs.ConfigAsync(default));
        foreach (var record in records)
            await config.DeliverAsync(record.Key.ToString(), record, default);
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await registry.DisposeAsync();
        await broker.DisposeAsync();
    }
}
