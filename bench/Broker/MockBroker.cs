using Confluent.Kafka;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.Bench.Broker;

/// <summary>
/// The in-memory broker that librdkafka brings for its own tests, on a thread of the client's process. It checks nothing and keeps only the
/// last megabytes, so what the client reaches with it is close to what the client alone can do on this machine.
/// </summary>
internal sealed class MockBroker : IKafkaBroker
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly IProducer<Null, byte[]> owner;

    private MockBroker(IProducer<Null, byte[]> owner, string bootstrapServers) => (this.owner, BootstrapServers) = (owner, bootstrapServers);

    public string BootstrapServers { get; }

    public static MockBroker Start()
    {
        var config = new ProducerConfig();
        config.Set("test.mock.num.brokers", "1");
        var owner = new ProducerBuilder<Null, byte[]>(config).SetLogHandler((_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(owner.Handle).Build();
        var broker = admin.GetMetadata(Patience).Brokers.Single();
        return new MockBroker(owner, $"{broker.Host}:{broker.Port}");
    }

    public ValueTask DisposeAsync()
    {
        owner.Dispose();
        return ValueTask.CompletedTask;
    }
}
