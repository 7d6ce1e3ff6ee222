using System.Globalization;
using Confluent.Kafka;

namespace StockPipeline.Testing.Kafka;

/// <summary>A node of Apache Kafka, started from the distribution that KAFKA_HOME names, on free ports and in a folder of its own.</summary>
public sealed class ApacheKafka : IKafkaBroker
{
    public const string HomeVariable = "KAFKA_HOME";
    public const string StreamsVariable = "KAFKA_STREAMS_HOME";

    private const int Attempts = 3;
    private const string ClusterId = "c3RvY2twaXBlbGluZTAwMQ";

    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);

    /// <summary>As Kafka is run where its speed counts.</summary>
    private static readonly Dictionary<string, string> Measured = new() { ["KAFKA_HEAP_OPTS"] = "-Xmx512m" };

    /// <summary>A node that lives for a test never earns back what the second compiler of its virtual machine takes from the test.</summary>
    private static readonly Dictionary<string, string> ForATest = new(Measured) { ["KAFKA_OPTS"] = "-XX:TieredStopAtLevel=1" };

    private readonly TempFolder folder;
    private readonly IReadOnlyDictionary<string, string> environment;
    private ChildProcess process;

    private ApacheKafka(TempFolder folder, int port, IReadOnlyDictionary<string, string> environment)
    {
        (this.folder, this.environment) = (folder, environment);
        BootstrapServers = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        process = Start();
    }

    /// <summary>The folder of the distribution; null where nobody named one.</summary>
    public static string? Home => Environment.GetEnvironmentVariable(HomeVariable) is { Length: > 0 } home ? home : null;

    /// <summary>The folder with a program on Kafka Streams to be measured beside; null where nobody named one.</summary>
    public static string? StreamsHome => Environment.GetEnvironmentVariable(StreamsVariable) is { Length: > 0 } home ? home : null;

    /// <summary>SERVICES_ON_APACHE is true: services are tested on Apache Kafka in place of our own broker.</summary>
    public static bool IsForServices => Environment.GetEnvironmentVariable("SERVICES_ON_APACHE") == "true";

    public string BootstrapServers { get; }

    private string Said => string.Join('\n', process.Output.Concat(process.Errors).TakeLast(20));

    /// <summary>The full path of one of its command line tools, named without its ending.</summary>
    public static string Tool(string name) =>
        Path.Combine(Home ?? throw new InvalidOperationException($"{HomeVariable} is not set."), "bin", $"{name}.sh");

    /// <summary>
    /// Starts a node and waits until it does its work: it takes connections before it counts itself among the brokers, and knows groups only
    /// once it has created and loaded its topic of offsets, which the first question about a group makes it do.
    /// </summary>
    /// <param name="secured">A second listener, with TLS and passwords.</param>
    /// <param name="isMeasured">Its speed is compared with another's.</param>
    public static async Task<ApacheKafka> StartAsync(SecuredListener? secured = null, bool isMeasured = false)
    {
        // Between finding a port free and taking it somebody else may take it.
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await TryStartAsync(secured, isMeasured ? Measured : ForATest) is { } kafka)
                return kafka;
        }
        throw new InvalidOperationException($"Apache Kafka found its ports taken {Attempts} times.");
    }

    /// <summary>Kills it, and starts it again with what is on disk: a leader that comes back is a new one to those who follow it.</summary>
    public async Task RestartAsync()
    {
        await process.DisposeAsync();
        process = Start();
        if (!await IsReadyAsync())
            throw new InvalidOperationException($"Apache Kafka ended while it started again: {Said}");
    }

    /// <summary>Asks it to stop, and kills it where it takes too long.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Signal(ChildProcess.Terminate);
            await process.HasEndedAsync(StopPatience);
        }
        await process.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>Null where a port was taken meanwhile.</summary>
    private static async Task<ApacheKafka?> TryStartAsync(SecuredListener? secured, IReadOnlyDictionary<string, string> environment)
    {
        var folder = new TempFolder();
        var ports = FreePorts.Take(3);
        var settings = SettingsIn(folder);
        await File.WriteAllTextAsync(settings, Settings(ports, folder.File("logs"), secured));
        string[] format = ["format", "--cluster-id", ClusterId, "--config", settings, .. secured?.FormatArguments ?? []];
        await ChildProcess.OutputOfAsync(Tool("kafka-storage"), format, patience: StartPatience, environment: ForATest);
        var kafka = new ApacheKafka(folder, ports[0], environment);
        if (await kafka.IsReadyAsync())
            return kafka;
        var said = kafka.Said;
        await kafka.DisposeAsync();
        return said.Contains("Address already in use", StringComparison.Ordinal)
            ? null
            : throw new InvalidOperationException($"Apache Kafka ended while it started: {said}");
    }

    private static string SettingsIn(TempFolder folder) => folder.File("server.properties");

    // One node that is all there is; everything else is Kafka's default, but for what makes tests wait.
    private static string Settings(int[] ports, string logs, SecuredListener? secured) => string.Create(CultureInfo.InvariantCulture, $"""
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@127.0.0.1:{ports[1]}
        listeners=PLAINTEXT://127.0.0.1:{ports[0]},CONTROLLER://127.0.0.1:{ports[1]}{secured?.Listener(ports[2])}
        advertised.listeners=PLAINTEXT://127.0.0.1:{ports[0]}{secured?.Listener(ports[2])}
        controller.listener.names=CONTROLLER
        inter.broker.listener.name=PLAINTEXT
        log.dirs={logs}
        auto.create.topics.enable=false
        offsets.topic.replication.factor=1
        offsets.topic.num.partitions=1
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        share.coordinator.state.topic.replication.factor=1
        share.coordinator.state.topic.min.isr=1
        group.initial.rebalance.delay.ms=0
        group.min.session.timeout.ms=500
        log.cleaner.backoff.ms=500
        {secured?.Settings()}
        """);

    private ChildProcess Start() => ChildProcess.Start(Tool("kafka-server-start"), [SettingsIn(folder)], environment);

    /// <summary>Whether it came to work; false where it ended before.</summary>
    private async Task<bool> IsReadyAsync()
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig
        {
            BootstrapServers = BootstrapServers, GroupId = "first", ReconnectBackoffMs = 20, ReconnectBackoffMaxMs = 200,
        }).SetLogHandler((_, _) => { }).Build();
        await Eventually.SeeAsync(() => process.HasExited || KnowsGroups(consumer), over => over, StartPatience);
        return !process.HasExited;
    }

    private static bool KnowsGroups(IConsumer<Ignore, Ignore> consumer)
    {
        try
        {
            return consumer.Committed([new TopicPartition("none", 0)], AnswerPatience).Count == 1;
        }
        catch (KafkaException)
        {
            // Nobody listens yet, or it is not ready to answer.
            return false;
        }
    }
}
