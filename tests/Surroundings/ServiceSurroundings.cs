using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Topics;
using StockPipeline.Hosting;
using StockPipeline.Hosting.Status;
using StockPipeline.Hosting.Telemetry;
using StockPipeline.SchemaRegistryServer;
using StockPipeline.Streaming.Provisioning;
using StockPipeline.Testing.Kafka;
using StockPipeline.Workers;

namespace StockPipeline.Surroundings;

/// <summary>A broker and a schema registry on free ports, with every topic of the pipeline: what a service needs around it.</summary>
public sealed class ServiceSurroundings : IAsyncDisposable
{
    private readonly EmbeddedKafka broker;
    private readonly RegistryServer registry;

    private ServiceSurroundings(EmbeddedKafka broker, RegistryServer registry)
    {
        this.broker = broker;
        this.registry = registry;
        Client = new PipelineClient(Context("test"));
    }

    /// <summary>The test's own client.</summary>
    public PipelineClient Client { get; }

    public static async Task<ServiceSurroundings> StartAsync()
    {
        var broker = await EmbeddedKafka.StartAsync();
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
        ["INVEST_API_HOST"] = "127.0.0.1:1",
        ["INVEST_API_PLAIN_HTTP"] = "true",
    };

    /// <summary>What a service or a test's own client is made from.</summary>
    public ServiceContext Context(string name, params (string Name, string Value)[] more)
    {
        var values = new Dictionary<string, string>(Environment);
        foreach (var (variable, value) in more)
            values[variable] = value;
        return new ServiceContext
        {
            Name = name, Settings = new Settings(values), LoggerFactory = NullLoggerFactory.Instance, Clock = TimeProvider.System,
            Health = new Health(name, TimeProvider.System), Metrics = Metrics.Of(name, TimeProvider.System),
        };
    }

    /// <summary>Runs a service until the test has seen what it waits for, and stops it cleanly; a service that ends by itself fails the
    /// test.</summary>
    public async Task WhileRunningAsync(Func<ServiceContext, IService> create, Func<Task> see, params (string Name, string Value)[] settings)
    {
        using var stop = new CancellationTokenSource();
        var service = create(Context("service", settings));
        await using (((IAsyncDisposable)service).ConfigureAwait(false))
        {
            var running = service.RunAsync(stop.Token);
            var seeing = see();
            if (await Task.WhenAny(running, seeing) == running)
            {
                await running;
                throw new InvalidOperationException("The service ended by itself.");
            }
            await stop.CancelAsync();
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await seeing;
        }
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
