using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Producing;
using StockPipeline.Streaming.Provisioning;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.StreamingTests.Support;

/// <summary>What one test works with: clients of one broker, and topics nobody else uses.</summary>
internal sealed class Workbench(IKafkaBroker broker) : IAsyncDisposable
{
    private readonly List<KafkaClient> clients = [];
    private readonly string id = Guid.NewGuid().ToString("N")[..8];
    private int topics;
    private TopicDeclaration? deadLetters;

    public static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromMinutes(2), TimeProvider.System).Token;

    public KafkaConnection Connection { get; } = new() { BootstrapServers = broker.BootstrapServers };

    public IKafkaBroker Broker => broker;

    public TextCodec Codec { get; } = new();

    public CountingMetrics Metrics { get; } = new();

    public TopicDeclaration DeadLetters => deadLetters ?? throw new InvalidOperationException("Not created.");

    public TopicProvisioner Provisioner => new(Connection, NullLogger<TopicProvisioner>.Instance, TimeProvider.System);

    public string Group(string name) => $"{name}-{id}";

    public async Task<TopicDeclaration> TopicAsync(int partitions = 3, CleanupPolicy policy = CleanupPolicy.Compact, bool create = true)
    {
        var topic = new TopicDeclaration
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"topic-{id}-{++topics}"),
            Partitions = partitions,
            Policy = policy,
            Key = "text",
            Records = [typeof(string)],
            RecreatedAtInit = true,
        };
        if (create)
            await ProvisionAsync(topic);
        return topic;
    }

    public async Task<TopicDeclaration> DeadLetterTopicAsync() => deadLetters = await TopicAsync(1, CleanupPolicy.Delete);

    public Task ProvisionAsync(params TopicDeclaration[] declared) => Provisioner.ProvisionAsync(declared, recreate: true, Limit);

    /// <summary>Deletes a topic and leaves it at that.</summary>
    public async Task DeleteAsync(TopicDeclaration topic)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Connection.BootstrapServers }).Build();
        await admin.DeleteTopicsAsync([topic.Name]);
    }

    public KafkaClient Client(string service = "test", ProducerOptions? options = null, string? bootstrap = null)
    {
        var connection = bootstrap is null ? Connection : new KafkaConnection { BootstrapServers = bootstrap };
        var client = new KafkaClient(connection, service, NullLoggerFactory.Instance, Metrics, TimeProvider.System)
        {
            ProducerOptions = options ?? ProducerOptions.Default,
            DeadLetterTopic = deadLetters?.Name ?? PipelineTopics.Default.DeadLetters.Name,
        };
        clients.Add(client);
        return client;
    }

    /// <summary>Makes compaction of a topic happen within moments instead of hours.</summary>
    public async Task CompactQuicklyAsync(TopicDeclaration topic)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Connection.BootstrapServers }).Build();
        ConfigEntry Set(string name, string value) => new() { Name = name, Value = value, IncrementalOperation = AlterConfigOpType.Set };
        await admin.IncrementalAlterConfigsAsync(new()
        {
            [new ConfigResource { Type = ResourceType.Topic, Name = topic.Name }] =
                [Set("segment.ms", "100"), Set("min.cleanable.dirty.ratio", "0.01"), Set("delete.retention.ms", "600000")],
        });
    }

    public async Task FillAsync(TopicDeclaration topic, params (string Key, string? Value)[] records)
    {
        var client = Client();
        var writer = client.WriteTo(topic, Codec);
        foreach (var (key, value) in records)
            writer.Send(key, value, Limit);
        await client.FlushAsync(Limit);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients)
            await client.DisposeAsync();
    }
}
