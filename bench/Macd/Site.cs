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

/// <summary>A broker and a schema registry in processes of their own, with the topics of the pipeline, and a worker when asked for.</summary>
internal sealed class Site : IAsyncDisposable
{
    public static readonly Interval Interval = Interval.OneMinute;

    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(20);

    private readonly List<IAsyncDisposable> running = [];
    private readonly int registryPort = FreePort.Take();
    private SchemaRegistryClient? registry;
    private IConsumer<Ignore, Ignore>? ends;

    private Site(string bootstrapServers, PipelineTopics topics, int copies)
    {
        Connection = new KafkaConnection { BootstrapServers = bootstrapServers };
        Topics = topics;
        Copies = [.. Enumerable.Range(0, copies).Select(number => Extra($"copies-{number}"))];
    }

    public KafkaConnection Connection { get; }

    public PipelineTopics Topics { get; }

    /// <summary>Where the bare loop copies to.</summary>
    public IReadOnlyList<TopicDeclaration> Copies { get; }

    /// <summary>Where Kafka Streams writes to.</summary>
    public TopicDeclaration Streamed { get; } = Extra("streamed");

    /// <param name="onApacheKafka">Or on our broker.</param>
    /// <param name="topics">Those there are.</param>
    /// <param name="copies">Topics for the bare loop.</param>
    public static async Task<Site> StartAsync(bool onApacheKafka, PipelineTopics topics, int copies)
    {
        var (address, started) = onApacheKafka ? await OnApacheKafkaAsync() : OnOurBroker();
        var site = new Site(address, topics, copies);
        site.running.AddRange(started);
        await site.PrepareAsync();
        return site;
    }

    public KafkaClient Client() => new(Connection, "bench", NullLoggerFactory.Instance, NoMetrics.Instance, TimeProvider.System);

    public PipelineCodecs Codecs() => new(registry!, Topics, TimeProvider.System);

    public ChildProcess StartWorker(string program, params (string Variable, string Value)[] settings)
    {
        var worker = Programs.Start(program, [("KAFKA_CONNECT", Connection.BootstrapServers),
            ("SCHEMA_REGISTRY_URL", $"http://127.0.0.1:{registryPort}"), ("INTERVAL", Interval.ToString()), .. settings]);
        running.Add(worker);
        return worker;
    }

    /// <summary>The offsets after the last records of a topic.</summary>
    public long[] Ends(TopicDeclaration topic) => [.. Enumerable.Range(0, topic.Partitions)
        .Select(partition => ends!.QueryWatermarkOffsets(new TopicPartition(topic.Name, partition), StartPatience).High.Value)];

    /// <summary>A record of the topic, the newest of the first partition that has any.</summary>
    public byte[] Sample(TopicDeclaration topic)
    {
        var (end, partition) = Ends(topic).Select((end, partition) => (end, partition)).First(one => one.end > 0);
        using var reader = new ConsumerBuilder<byte[], byte[]>(
            new ConsumerConfig { BootstrapServers = Connection.BootstrapServers, GroupId = "sample" }).Build();
        reader.Assign(new TopicPartitionOffset(topic.Name, partition, end - 1));
        return reader.Consume(StartPatience)?.Message.Value ?? throw new TimeoutException($"{topic.Name} gave no record.");
    }

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

    private static TopicDeclaration Extra(string name) => new()
    {
        Name = name, Partitions = PipelineTopics.SeriesPartitions, Policy = CleanupPolicy.Delete, Key = "FIGI/openTime", Records = [typeof(byte[])],
    };

    public async ValueTask DisposeAsync()
    {
        ends?.Dispose();
        registry?.Dispose();
        foreach (var one in Enumerable.Reverse(running))
            await one.DisposeAsync();
    }

    private static async Task<(string Address, IAsyncDisposable[] Started)> OnApacheKafkaAsync()
    {
        var kafka = await ApacheKafka.StartAsync(isMeasured: true);
        return (kafka.BootstrapServers, [kafka]);
    }

    private static (string Address, IAsyncDisposable[] Started) OnOurBroker()
    {
        var (folder, address) = (new DataFolder(), $"127.0.0.1:{FreePort.Take()}");
        return (address, [folder, Programs.Start("BrokerServer", ("KAFKA_LISTEN", address), ("KAFKA_DATA", folder.Path))]);
    }

    private async Task PrepareAsync()
    {
        using var patience = new CancellationTokenSource(StartPatience, TimeProvider.System);
        var provisioner = new TopicProvisioner(Connection, NullLogger<TopicProvisioner>.Instance, TimeProvider.System);
        await provisioner.ProvisionAsync([.. Topics.All, .. Copies, Streamed], recreate: true, patience.Token);
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
