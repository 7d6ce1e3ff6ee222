using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming.Provisioning;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.Bench.Broker;

/// <summary>The topic that clients put their load on, and how topics come to a broker.</summary>
internal static class LoadTopic
{
    public const string Name = "load";

    public const int Partitions = PipelineTopics.SeriesPartitions;

    private static readonly TopicDeclaration Declaration = new()
    {
        Name = Name,
        Partitions = Partitions,
        Policy = CleanupPolicy.Delete,
        Key = "none",
        Records = [],
        RecreatedAtInit = true,
    };

    /// <summary>Makes it anew.</summary>
    public static Task ProvisionAsync(IKafkaBroker broker) => ProvisionAsync(broker, [Declaration]);

    public static Task ProvisionAsync(IKafkaBroker broker, IReadOnlyCollection<TopicDeclaration> topics)
    {
        var connection = new KafkaConnection { BootstrapServers = broker.BootstrapServers };
        var provisioner = new TopicProvisioner(connection, NullLogger<TopicProvisioner>.Instance, TimeProvider.System);
        return provisioner.ProvisionAsync(topics, recreate: true, CancellationToken.None);
    }
}
