using StockPipeline.Testing.Kafka;

namespace StockPipeline.StreamingTests.Support;

/// <summary>
/// The brokers a test class runs against, each started when the first test asks for it: an embedded one of the class's own, and Apache Kafka,
/// which is too heavy for more than one, shared by all classes. Tests use topics of their own.
/// </summary>
public sealed class Brokers : IAsyncLifetime
{
    private static readonly Lazy<Task<ApacheKafka>> Apache = new(StartApacheAsync);

    private static readonly Lazy<SecuredListener> SecuredWay = new();

    private readonly Lazy<Task<EmbeddedKafka>> embedded = new(EmbeddedKafka.StartAsync);

    /// <summary>The other way into Apache Kafka.</summary>
    internal static SecuredListener Secured => SecuredWay.Value;

    public static TheoryData<KafkaKind> Kinds { get; } = ApacheKafka.Home is null ? [KafkaKind.Embedded] : [KafkaKind.Embedded, KafkaKind.Apache];

    public Task InitializeAsync() => Task.CompletedTask;

    internal async Task<Workbench> WorkbenchAsync(KafkaKind kind) => new(kind switch
    {
        KafkaKind.Embedded => await embedded.Value,
        KafkaKind.Apache => await Apache.Value,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    });

    public async Task DisposeAsync()
    {
        if (embedded.IsValueCreated)
            await (await embedded.Value).DisposeAsync();
    }

    private static async Task<ApacheKafka> StartApacheAsync()
    {
        var apache = await ApacheKafka.StartAsync(Secured);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            apache.DisposeAsync().AsTask().GetAwaiter().GetResult();
            Secured.Dispose();
        };
        return apache;
    }
}
