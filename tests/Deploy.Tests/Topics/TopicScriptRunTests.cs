using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StockPipeline.Contracts.Topics;
using StockPipeline.Testing;
using StockPipeline.Testing.Kafka;
using Xunit.Abstractions;

namespace StockPipeline.DeployTests.Topics;

public sealed class TopicScriptOnApacheKafkaTests(ITestOutputHelper output) : TopicScriptRunTests(KafkaKind.Apache, output);

public sealed class TopicScriptOnOurBrokerTests(ITestOutputHelper output) : TopicScriptRunTests(KafkaKind.Embedded, output);

/// <summary>
/// The script with Kafka's own tools, where KAFKA_HOME names them. A class for each broker: they mostly wait, and can do so beside each other.
/// </summary>
public abstract class TopicScriptRunTests(KafkaKind kind, ITestOutputHelper output)
{
    /// <summary>One topic in so many is missing at first: each that is made is a virtual machine that starts.</summary>
    private const int MissingEvery = 20;

    private static readonly PipelineTopics Topics = PipelineTopics.Default;

    [Fact]
    public async Task Run_after_run_the_topics_are_as_declared_and_only_what_is_meant_to_is_emptied()
    {
        if (ForeignSoftware.Find(ApacheKafka.HomeVariable, output.WriteLine) is null)
            return;
        await using var broker = await StartAsync();
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = broker.BootstrapServers }).Build();

        // Most of it is there already, and some of that is not as declared.
        await admin.CreateTopicsAsync(Topics.All.Where((_, place) => place % MissingEvery != 0).Select(Prepared));
        await RequireAsync(TopicScript.RunAsync(broker, ("TOPICS_RECREATE", "false")));
        await RequireAsDeclaredAsync(admin);

        // The next run empties the values, and nothing else.
        var values = Topics.All.Last(topic => topic.RecreatedAtInit).Name;
        await WriteAsync(broker, values, Topics.Gaps.Name);
        await RequireAsync(TopicScript.RunAsync(broker));
        await RequireAsDeclaredAsync(admin);
        Assert.Equal([0, 1], new[] { values, Topics.Gaps.Name }.Select(topic => EndOf(broker, topic)));

        // A wrong number of partitions is an error, found before anything is changed.
        await admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = Topics.DeadLetters.Name, IncreaseTo = 3 }]);
        await admin.IncrementalAlterConfigsAsync(new Dictionary<ConfigResource, List<ConfigEntry>>
        {
            [Resource(Topics.Gaps)] = [new() { Name = "cleanup.policy", Value = "delete", IncrementalOperation = AlterConfigOpType.Set }],
        });
        var (code, said) = await TopicScript.RunAsync(broker);
        Assert.Equal(1, code);
        Assert.Contains(said, line => line.Contains("dead-letters has 3 partitions, 1 are declared", StringComparison.Ordinal));
        Assert.Equal("delete", (await ConfigsAsync(admin, Topics.Gaps))["cleanup.policy"].Value);
    }

    private async Task<IKafkaBroker> StartAsync() =>
        kind == KafkaKind.Apache ? await ApacheKafka.StartAsync() : await EmbeddedKafka.StartAsync();

    private static TopicSpecification Prepared(TopicDeclaration topic, int place) => new()
    {
        Name = topic.Name, NumPartitions = topic.Partitions, ReplicationFactor = 1,
        Configs = place == 1
            ? new() { ["cleanup.policy"] = "delete", ["retention.ms"] = "1000" }
            : topic.Configs.ToDictionary(config => config.Key, config => config.Value),
    };

    private async Task RequireAsync(Task<(int Code, IReadOnlyList<string> Said)> run)
    {
        var (code, said) = await run;
        output.WriteLine(string.Join('\n', said));
        Assert.Equal(0, code);
    }

    /// <summary>Apache Kafka shows what its controller has changed, and leads a new partition, a moment later.</summary>
    private static Task<string> RequireAsDeclaredAsync(IAdminClient admin) =>
        Eventually.SeeAsync(async () => string.Join('\n', await DifferencesAsync(admin)), differences => differences.Length == 0);

    private static async Task<IReadOnlyList<string>> DifferencesAsync(IAdminClient admin)
    {
        var differences = new List<string>();
        var metadata = admin.GetMetadata(Eventually.Patience).Topics.ToDictionary(topic => topic.Topic, topic => topic.Partitions);
        foreach (var topic in Topics.All)
        {
            if (!metadata.TryGetValue(topic.Name, out var partitions) || partitions.Count(partition => partition.Leader >= 0) != topic.Partitions)
            {
                differences.Add($"{topic.Name} has not its {topic.Partitions} partitions");
                continue;
            }
            var found = await ConfigsAsync(admin, topic);
            differences.AddRange(topic.Configs.Where(config => found[config.Key].Value != config.Value)
                .Select(config => $"{topic.Name}: {config.Key} is {found[config.Key].Value} and not {config.Value}"));
        }
        return differences;
    }

    private static async Task<Dictionary<string, ConfigEntryResult>> ConfigsAsync(IAdminClient admin, TopicDeclaration topic) =>
        (await admin.DescribeConfigsAsync([Resource(topic)]))[0].Entries;

    private static ConfigResource Resource(TopicDeclaration topic) => new() { Type = ResourceType.Topic, Name = topic.Name };

    private static async Task WriteAsync(IKafkaBroker broker, params string[] topics)
    {
        using var producer = new ProducerBuilder<string, string>(new ProducerConfig { BootstrapServers = broker.BootstrapServers }).Build();
        foreach (var topic in topics)
            await producer.ProduceAsync(new TopicPartition(topic, 0), new Message<string, string> { Key = "key", Value = "value" });
    }

    private static long EndOf(IKafkaBroker broker, string topic)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(
            new ConsumerConfig { BootstrapServers = broker.BootstrapServers, GroupId = "looks" }).Build();
        return consumer.QueryWatermarkOffsets(new TopicPartition(topic, 0), Eventually.Patience).High.Value;
    }
}
