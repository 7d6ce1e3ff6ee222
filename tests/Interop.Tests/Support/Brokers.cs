using StockPipeline.Testing.Kafka;

namespace StockPipeline.InteropTests.Support;

/// <summary>
/// The brokers a test class runs against, each started when the first test asks for it: an embedded one of the class's own, and Apache Kafka,
/// too heavy for more than one, shared by all classes that run at the time. Tests use topics of their own.
/// </summary>
public sealed class Brokers : IAsyncLifetime
{
    private readonly Lazy<Task<EmbeddedKafka>> embedded = new(EmbeddedKafka.StartAsync);

    /// <summary>Ours always, and Apache Kafka where KAFKA_HOME names one.</summary>
    public static IReadOnlyList<KafkaKind> UnderTest { get; } =
        ApacheKafka.Home is null ? [KafkaKind.Embedded] : [KafkaKind.Embedded, KafkaKind.Apache];

    /// <summary>One case of a theory for each broker under test.</summary>
    public static TheoryData<KafkaKind> Kinds => [.. UnderTest];

    public Task InitializeAsync()
    {
        SharedApacheKafka.Join();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        if (embedded.IsValueCreated)
            await (await embedded.Value).DisposeAsync();
        await SharedApacheKafka.LeaveAsync();
    }

    internal async Task<Desk> DeskAsync(KafkaKind kind = KafkaKind.Embedded) => new(kind switch
    {
        KafkaKind.Embedded => (await embedded.Value).BootstrapServers,
        KafkaKind.Apache => (await SharedApacheKafka.StartedAsync()).BootstrapServers,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    });
}
