using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Bench.Measure;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.SchemaRegistry.Client;
using StockPipeline.SchemaRegistry.Codecs;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Metrics;
using StockPipeline.Streaming.Provisioning;
using StockPipeline.Testing;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.Bench.Macd;

/// <summary>A broker and a schema registry in processes of their own, with the topics of the pipeline, and a MACD worker when asked for.</summary>
internal sealed class Site : IAsyncDisposable
{
    public static readonly Interval Interval = Interval.OneMinute;

    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(20);

    private readonly List<IAsyncDisposable> running = [];
    private readonly int registryPort = FreePort.Take();
    private SchemaRegistryClient? registry;
    private IConsumer<Ignore, Ignore>? ends;

    private Site(string bootstrapServers) => Connection = new KafkaConnection { BootstrapServers = bootstrapServers };

    public KafkaConnection Connection { get; }

    public PipelineTopics Topics { get; } = PipelineTopics.Default;

    /// <summary>Where the bare loop copies to.</summary>
    public TopicDeclaration Copies { get; } = new()
    {
        Name = "copies", Partitions = PipelineTopics.SeriesPartitions, Policy = CleanupPolicy.Delete, Key = "FIGI/openTime",
        Records = [typeof(byte[])],
    };

    public static async Task<Site> StartAsync(bool onApacheKafka)
    {
        var (site, started) = onApacheKafka ? await OnApacheKafkaAsync() : OnOurBroker();
        site.running.AddRange(started);
        await site.PrepareAsync();
        return site;
    }

    public KafkaClient Client() => new(Connection, "bench", NullLoggerFactory.Instance, NoMetrics.Instance, TimeProvider.System);

    public PipelineCodecs Codecs() => new(registry!, Topics, TimeProvider.System);

    public ChildProcess StartWorker()
    {
        var worker = Programs.Start(
            "Macd", ("KAFKA_CONNECT", Connection.BootstrapServers), ("SCHEMA_REGISTRY_URL", $"http://127.0.0.1:{registryPort}"),
            ("INTERVAL", Interval.ToString()));
        running.Add(worker);
        return worker;
    }

    /// <summary>The offsets after the last records of a topic.</summary>
    public long[] Ends(TopicDeclaration topic) => [.. Enumerable.Range(0, topic.Partitions)
        .Select(partition => ends!.QueryWatermarkOffsets(new TopicPartition(topic.Name, partition), StartPatience).High.Value)];

    /// <summary>Waits until a topic holds so many records.</summary>
    public async Task HoldsAsync(TopicDeclaration topic, long records, TimeSpan patience, ChildProcess worker)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (Ends(topic).Sum() is var held && held < records)
        {
            worker.ThrowIfEnded("macd");
            if (TimeProvider.System.GetElapsedTime(started) > patience)
                throw new TimeoutException($"{topic.Name} holds {held} of {records} records.");
            await Task.Delay(Glance, TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        ends?.Dispose();
        registry?.Dispose();
        foreach (var one in Enumerable.Reverse(running))
            await one.DisposeAsync();
    }

    private static async Task<(Site, IAsyncDisposable[])> OnApacheKafkaAsync()
    {
        var kafka = await ApacheKafka.StartAsync();
        return (new Site(kafka.BootstrapServers), [kafka]);
    }

    private static (Site, IAsyncDisposable[]) OnOurBroker()
    {
        var (folder, address) = (new DataFolder(), $"127.0.0.1:{FreePort.Take()}");
        return (new Site(address), [folder, Programs.Start("BrokerServer", ("KAFKA_LISTEN", address), ("KAFKA_DATA", folder.Path))]);
    }

    private async Task PrepareAsync()
    {
        using var patience = new CancellationTokenSource(StartPatience, TimeProvider.System);
        var provisioner = new TopicProvisioner(Connection, NullLogger<TopicProvisioner>.Instance, TimeProvider.System);
        await provisioner.ProvisionAsync([.. Topics.All, Copies], recreate: true, patience.Token);
        running.Add(Programs.Start(
            "SchemaRegistryServer", ("KAFKA_CONNECT", Connection.BootstrapServers), ("SCHEMA_REGISTRY_PORT", $"{registryPort}")));
        registry = new SchemaRegistryClient(
            new SchemaRegistryConnection { Url = new Uri($"http://127.0.0.1:{registryPort}") });
        while (!await AnswersAsync(patience.Token))
            await Task.Delay(Glance, TimeProvider.System, patience.Token);
        ends = new ConsumerBuilder<Ignore, Ignore>(
            new ConsumerConfig { BootstrapServers = Connection.BootstrapServers, GroupId = "ends" }).Build();
    }

    private async Task<bool> AnswersAsync(CancellationToken stop)
    {
        try
        {
            await Codecs().RegisterAllAsync(stop);
            return true;
        }
        catch (SchemaRegistryUnavailableException)
        {
            return false;
        }
    }

    private sealed class DataFolder : IAsyncDisposable
    {
        private readonly TempFolder folder = new();

        public string Path => folder.Path;

        public ValueTask DisposeAsync()
        {
            folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
