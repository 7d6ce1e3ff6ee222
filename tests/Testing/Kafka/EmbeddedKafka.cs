using System.Globalization;
using StockPipeline.Broker;

namespace StockPipeline.Testing.Kafka;

/// <summary>Our broker inside the test process, on a free port and in a folder of its own.</summary>
public sealed class EmbeddedKafka : IKafkaBroker
{
    private static readonly TimeSpan CleaningInterval = TimeSpan.FromMilliseconds(200);

    private readonly TempFolder folder;
    private EmbeddedBroker broker;

    private EmbeddedKafka(TempFolder folder, EmbeddedBroker broker)
    {
        this.folder = folder;
        this.broker = broker;
        BootstrapServers = broker.BootstrapServers;
    }

    public string BootstrapServers { get; }

    public static async Task<EmbeddedKafka> StartAsync()
    {
        var folder = new TempFolder();
        // A port that is still free when it comes back.
        var listen = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{FreePorts.Take(1)[0]}");
        return new EmbeddedKafka(folder, await EmbeddedBroker.StartAsync(Options(folder) with { Listen = listen }));
    }

    /// <summary>Ends as a killed process does; <see cref="ComeBackAsync"/> starts it again with what is on disk.</summary>
    public Task AbandonAsync() => broker.AbandonAsync();

    /// <summary>Starts again on the same port and folder.</summary>
    public async Task ComeBackAsync() => broker = await EmbeddedBroker.StartAsync(Options(folder) with { Listen = BootstrapServers });

    public async ValueTask DisposeAsync()
    {
        await broker.DisposeAsync();
        folder.Dispose();
    }

    private static BrokerOptions Options(TempFolder folder) => new() { DataFolder = folder.File("data"), CleaningInterval = CleaningInterval };
}
