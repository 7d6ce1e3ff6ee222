using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StockPipeline.Broker;
using StockPipeline.Testing;

namespace StockPipeline.BrokerTests.Clients;

/// <summary>One broker on a free port with a folder of its own, and the clients of Confluent.Kafka to talk to it.</summary>
public sealed class BrokerFixture : IAsyncLifetime
{
    /// <summary>For records older than retention allows: it looks at topics now and then, and would take them away in the middle of a test.</summary>
    public static readonly (string Name, string Value) KeepsAll = ("retention.ms", "-1");

    private readonly TempFolder folder = new();
    private int topics;

    public EmbeddedBroker Broker { get; private set; } = null!;

    public BrokerOptions Options { get; set; } = null!;

    public async Task InitializeAsync()
    {
        // A port that is still free when it comes back.
        var listen = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{FreePorts.Take(1)[0]}");
        Options = new BrokerOptions { DataFolder = folder.Path, MinSegmentBytes = 1024, Listen = listen };
        Broker = await EmbeddedBroker.StartAsync(Options);
    }

    public async Task DisposeAsync()
    {
        await Broker.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>Stops the broker, cleanly or as a kill would, and starts another one on the same port and folder.</summary>
    public async Task RestartAsync(bool clean)
    {
        if (clean)
            await Broker.DisposeAsync();
        else
            await Broker.AbandonAsync();
        Broker = await EmbeddedBroker.StartAsync(Options);
    }

    public IAdminClient Admin() => new AdminClientBuilder(new AdminClientConfig(Client())).SetLogHandler((_, _) => { }).Build();

    public IProducer<string?, string?> Producer(Action<ProducerConfig>? configure = null)
    {
        var config = new ProducerConfig(Client()) { Acks = Acks.All, LingerMs = 1 };
        configure?.Invoke(config);
        return new ProducerBuilder<string?, string?>(config).SetLogHandler((_, _) => { }).Build();
    }

    public IConsumer<string?, string?> Consumer(Action<ConsumerConfig>? configure = null)
    {
        var config = new ConsumerConfig(Client()) { GroupId = "unused", EnableAutoCommit = false, EnablePartitionEof = true, FetchWaitMaxMs = 50 };
        configure?.Invoke(config);
        return new ConsumerBuilder<string?, string?>(config).SetLogHandler((_, _) => { }).Build();
    }

    /// <summary>A topic nobody else uses.</summary>
    public async Task<string> CreateTopicAsync(int partitions = 1, params (string Name, string Value)[] configs)
    {
        var name = $"topic-{Interlocked.Increment(ref topics)}";
        using var admin = Admin();
        await admin.CreateTopicsAsync([new TopicSpecification
        {
            Name = name, NumPartitions = partitions, ReplicationFactor = -1, Configs = configs.ToDictionary(config => config.Name, config =>
                config.Value),
        }]);
        return name;
    }

    /// <summary>Every record of a partition from an offset to its end.</summary>
    public List<ConsumeResult<string?, string?>> ReadAll(string topic, int partition = 0, Offset? from = null)
    {
        using var consumer = Consumer();
        consumer.Assign(new TopicPartitionOffset(topic, partition, from ?? Offset.Beginning));
        var records = new List<ConsumeResult<string?, string?>>();
        while (true)
        {
            var record = consumer.Consume(Eventually.Patience)
                ?? throw new TimeoutException($"{topic}-{partition} did not end after {records.Count} records.");
            if (record.IsPartitionEOF)
                return records;
            records.Add(record);
        }
    }

    private ClientConfig Client() => new() { BootstrapServers = Broker.BootstrapServers, AllowAutoCreateTopics = false };
}
