namespace StockPipeline.DeployTests.Compose;

/// <summary>Three brokers, laid over the compose file of the repository.</summary>
public sealed class KafkaClusterTests
{
    private static readonly string[] Brokers = ["kafka", "kafka-2", "kafka-3"];

    [Fact]
    public async Task Each_record_is_on_three_brokers_and_acknowledged_by_two()
    {
        var services = await ReadAsync();

        var brokers = services.Where(service => Brokers.Contains(service.Name)).ToList();
        Assert.Equal(Brokers.Length, brokers.Count);
        Assert.All(brokers, broker =>
        {
            Assert.Equal(("3", "2"), (broker.Environment["KAFKA_DEFAULT_REPLICATION_FACTOR"], broker.Environment["KAFKA_MIN_INSYNC_REPLICAS"]));
            Assert.Equal("3", broker.Environment["KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR"]);
        });
    }

    [Fact]
    public async Task Brokers_differ_in_their_names_alone_and_know_each_other()
    {
        var brokers = (await ReadAsync()).Where(service => Brokers.Contains(service.Name)).ToList();

        Assert.Equal(["1", "2", "3"], brokers.Select(broker => broker.Environment["KAFKA_NODE_ID"]).Order());
        Assert.Equal(Brokers.Length, brokers.Select(broker => broker.Environment["KAFKA_ADVERTISED_LISTENERS"]).Distinct().Count());
        Assert.Equal(Brokers.Length, brokers.SelectMany(broker => broker.Ports).Distinct().Count());
        Assert.Single(brokers.Select(Shared).Distinct());
    }

    [Fact]
    public async Task Topics_are_made_when_all_brokers_are_there()
    {
        var topics = (await ReadAsync()).Single(service => service.Name == "kafka-init-topics");

        Assert.Equal(Brokers, topics.WaitsFor.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("3", topics.Environment["TOPICS_REPLICATION"]);
    }

    private static string Shared(ComposeService broker) => string.Join(' ', broker.Environment
        .Where(one => one.Key is not ("KAFKA_NODE_ID" or "KAFKA_ADVERTISED_LISTENERS")).OrderBy(one => one.Key, StringComparer.Ordinal));

    private static async Task<IReadOnlyList<ComposeService>> ReadAsync() => ComposeService.Of(await ComposeModel.ReadAsync(
        ["docker-compose.yml", "deploy/kafka-cluster/docker-compose.yml"],
        ("KAFKA_CONNECT", "kafka:9092,kafka-2:9092,kafka-3:9092"), ("TOPICS_REPLICATION", "3")));
}
