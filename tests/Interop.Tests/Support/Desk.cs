using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StockPipeline.Testing;

namespace StockPipeline.InteropTests.Support;

/// <summary>Clients of one broker, with names nobody else uses.</summary>
internal sealed class Desk(string bootstrapServers)
{
    /// <summary>For records older than retention allows: it looks at topics now and then, and would take them away in the middle of a test.</summary>
    public static readonly (string Name, string Value) KeepsAll = ("retention.ms", "-1");

    public static readonly TimeSpan Patience = Eventually.Patience;

    private static readonly NullableText Text = new();

    private readonly string id = Guid.NewGuid().ToString("N")[..10];
    private int topics;

    public string BootstrapServers => bootstrapServers;

    public string Named(string name) => $"{name}-{id}";

    public IAdminClient Admin() => new AdminClientBuilder(new AdminClientConfig(Client())).SetLogHandler((_, _) => { }).Build();

    public IProducer<string?, string?> Producer(Action<ProducerConfig>? adapt = null)
    {
        var config = new ProducerConfig(Client()) { LingerMs = 0, EnableIdempotence = true };
        adapt?.Invoke(config);
        return new ProducerBuilder<string?, string?>(config)
            .SetKeySerializer(Text).SetValueSerializer(Text).SetLogHandler((_, _) => { }).Build();
    }

    /// <summary>A consumer that commits only when told to.</summary>
    public IConsumer<string?, string?> Consumer(
        string? group = null, Action<ConsumerConfig>? adapt = null, Action<ConsumerBuilder<string?, string?>>? build = null)
    {
        var config = new ConsumerConfig(Client())
        {
            GroupId = group ?? Named("reader"),
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
            HeartbeatIntervalMs = 200,
            FetchWaitMaxMs = 50,
        };
        adapt?.Invoke(config);
        var builder = new ConsumerBuilder<string?, string?>(config)
            .SetKeyDeserializer(Text).SetValueDeserializer(Text).SetLogHandler((_, _) => { });
        build?.Invoke(builder);
        return builder.Build();
    }

    /// <summary>Creates a topic and waits until all of its partitions answer: Apache Kafka names leaders a moment before they lead.</summary>
    public async Task<string> TopicAsync(int partitions = 1, params (string Name, string Value)[] configs)
    {
        var topic = Named(string.Create(CultureInfo.InvariantCulture, $"topic{Interlocked.Increment(ref topics)}"));
        using var admin = Admin();
        await admin.CreateTopicsAsync([new TopicSpecification
        {
            Name = topic, NumPartitions = partitions, ReplicationFactor = 1, Configs = configs.ToDictionary(one => one.Name, one => one.Value),
        }]);
        using var consumer = Consumer();
        for (var partition = 0; partition < partitions; partition++)
            await Eventually.TrueAsync(() => Answers(consumer, new TopicPartition(topic, partition)));
        return topic;
    }

    public Task FillAsync(string topic, IEnumerable<string> values, int partition = 0) =>
        FillAsync(topic, values.Select(value => ((string?)null, (string?)value)), partition);

    public async Task FillAsync(string topic, IEnumerable<(string? Key, string? Value)> records, int partition = 0)
    {
        // The number an idempotent producer asks for takes it half a second.
        using var producer = Producer(config => config.EnableIdempotence = false);
        await Task.WhenAll([.. records.Select(record => producer.ProduceAsync(
            new TopicPartition(topic, partition), new Message<string?, string?> { Key = record.Key, Value = record.Value }))]);
    }

    /// <summary>Everything in a partition.</summary>
    public IReadOnlyList<ConsumeResult<string?, string?>> ReadAll(string topic, int partition = 0)
    {
        using var consumer = Consumer(adapt: config => config.EnablePartitionEof = true);
        consumer.Assign(new TopicPartitionOffset(topic, partition, Offset.Beginning));
        var records = new List<ConsumeResult<string?, string?>>();
        while (consumer.Consume(Patience) is { } result)
        {
            if (result.IsPartitionEOF)
                return records;
            records.Add(result);
        }
        throw new TimeoutException($"{topic} did not come to its end; {records.Count} records were read");
    }

    public IEnumerable<string?> ReadValues(string topic, int partition = 0) => ReadAll(topic, partition).Select(record => record.Message.Value);

    /// <summary>The next record; fails where none comes.</summary>
    public static ConsumeResult<string?, string?> Next(IConsumer<string?, string?> consumer) =>
        consumer.Consume(Patience) ?? throw new TimeoutException("No record came.");

    private ClientConfig Client() => new()
    {
        BootstrapServers = bootstrapServers, AllowAutoCreateTopics = false, ReconnectBackoffMs = 10, ReconnectBackoffMaxMs = 200,
    };

    private static bool Answers(IConsumer<string?, string?> consumer, TopicPartition partition)
    {
        try
        {
            return consumer.QueryWatermarkOffsets(partition, Patience).Low.Value == 0;
        }
        catch (KafkaException unknown)
            when (unknown.Error.Code is ErrorCode.UnknownTopicOrPart or ErrorCode.LeaderNotAvailable or ErrorCode.NotLeaderForPartition
                or ErrorCode.Local_UnknownPartition)
        {
            return false;
        }
    }

    private sealed class NullableText : ISerializer<string?>, IDeserializer<string?>
    {
        public byte[]? Serialize(string? data, SerializationContext context) => data is null ? null : Encoding.UTF8.GetBytes(data);

        public string? Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context) =>
            isNull ? null : Encoding.UTF8.GetString(data);
    }
}
