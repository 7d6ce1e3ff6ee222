using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming.Provisioning;
using StockPipeline.Testing;
using StockPipeline.Workers;

namespace StockPipeline.Bench.Measure;

/// <summary>A broker with all topics and a registry, each a process of its own, for services that are started beside them.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private readonly (string Variable, string Value)[] settings;
    private readonly List<ChildProcess> started = [];

    private Cluster((string, string)[] settings) => this.settings = settings;

    /// <param name="folder">Where the broker keeps its data.</param>
    /// <param name="more">Settings of the services beside the addresses of broker and registry.</param>
    public static async Task<Cluster> StartAsync(TempFolder folder, params (string Variable, string Value)[] more)
    {
        var ports = FreePorts.Take(2);
        var cluster = new Cluster(
        [
            ("KAFKA_LISTEN", $"127.0.0.1:{ports[0]}"), ("KAFKA_CONNECT", $"127.0.0.1:{ports[0]}"), ("KAFKA_DATA", folder.File("broker")),
            ("SCHEMA_REGISTRY_PORT", $"{ports[1]}"), ("SCHEMA_REGISTRY_URL", $"http://127.0.0.1:{ports[1]}"), .. more,
        ]);
        cluster.Start("BrokerServer");
        await new TopicProvisioner(
            new KafkaConnection { BootstrapServers = $"127.0.0.1:{ports[0]}" }, NullLogger<TopicProvisioner>.Instance, TimeProvider.System)
            .ProvisionAsync(PipelineTopics.Default.All, recreate: false, default);
        cluster.Start("SchemaRegistryServer");
        return cluster;
    }

    /// <summary>A service in a process of its own, which ends with the cluster at the latest.</summary>
    public ChildProcess Start(string program)
    {
        var process = Programs.Start(program, settings);
        started.Add(process);
        return process;
    }

    /// <summary>Kills a service as if its machine had failed, and starts it again.</summary>
    public async Task<ChildProcess> KillAndStartAsync(ChildProcess old, string program)
    {
        old.Signal(ChildProcess.Kill);
        await old.DisposeAsync();
        started.Remove(old);
        return Start(program);
    }

    /// <summary>A client of our own, which whoever asked for it disposes.</summary>
    public PipelineClient Client() => PipelineClient.Of(
        "bench", settings.ToDictionary(one => one.Variable, one => one.Value), TimeProvider.System, NullLoggerFactory.Instance);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(started))
            await process.DisposeAsync();
    }
}
