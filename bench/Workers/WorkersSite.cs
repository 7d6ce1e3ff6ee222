using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Bench.Measure;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming.Provisioning;
using StockPipeline.Testing;

namespace StockPipeline.Bench.Workers;

/// <summary>A broker, a schema registry and a simulated market, each in a process of its own, and the workers that are started on them.</summary>
internal sealed class WorkersSite : IAsyncDisposable
{
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly TempFolder folder = new();
    private readonly List<ChildProcess> started = [];
    private readonly List<WatchedWorker> workers = [];
    private readonly (string Variable, string Value)[] settings;

    private WorkersSite(string start, double speed, IEnumerable<string> tickers)
    {
        var (everything, nothing) = (folder.File("tickers.txt"), folder.File("not-tickers.txt"));
        File.WriteAllLines(everything, tickers);
        File.WriteAllText(nothing, string.Empty);
        var ports = FreePorts.Take(8);
        settings =
        [
            ("KAFKA_LISTEN", $"127.0.0.1:{ports[0]}"), ("KAFKA_CONNECT", $"127.0.0.1:{ports[0]}"), ("KAFKA_DATA", folder.File("broker")),
            ("SCHEMA_REGISTRY_PORT", $"{ports[1]}"), ("SCHEMA_REGISTRY_URL", $"http://127.0.0.1:{ports[1]}"),
            ("SIMULATOR_HOST", "127.0.0.1"), ("SIMULATOR_PORT", $"{ports[2]}"), ("SIMULATOR_CONTROL_PORT", $"{ports[3]}"),
            ("SIMULATOR_BINANCE_PORT", $"{ports[5]}"), ("SIMULATOR_COINGECKO_PORT", $"{ports[6]}"), ("SIMULATOR_KRAKEN_PORT", $"{ports[7]}"),
            ("SIMULATOR_SPEED", FormattableString.Invariant($"{speed}")), ("SIMULATOR_START", start), ("NEED_TICKERS_FILE", everything),
            ("NOT_NEED_TICKERS_FILE", nothing), ("INTERVAL", Interval.OneMinute.Name),
            ("TOPIC", PipelineTopics.Default.Macd(Interval.OneMinute).Name), ("TICKER", "SBER"), ("PORT", $"{ports[4]}"),
        ];
    }

    public IReadOnlyList<WatchedWorker> Workers => workers;

    /// <param name="start">Market time at the start.</param>
    /// <param name="speed">Market seconds in a real one.</param>
    /// <param name="tickers">The shares that are followed; none means every one.</param>
    public static async Task<WorkersSite> StartAsync(string start, double speed, params string[] tickers)
    {
        var site = new WorkersSite(start, speed, tickers);
        try
        {
            site.started.Add(Programs.Start("BrokerServer", site.settings));
            var kafka = new KafkaConnection { BootstrapServers = site.Setting("KAFKA_CONNECT") };
            await new TopicProvisioner(kafka, NullLogger<TopicProvisioner>.Instance, TimeProvider.System)
                .ProvisionAsync(PipelineTopics.Default.All, recreate: false, default);
            site.started.Add(Programs.Start("SchemaRegistryServer", site.settings));
            site.started.Add(Programs.Start("Simulator", site.settings));
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    public void StartWorkers(IEnumerable<string> kinds, params (string Variable, string Value)[] own)
    {
        foreach (var kind in kinds)
        {
            var process = Programs.Start(kind, [.. settings, .. own]);
            started.Add(process);
            workers.Add(new WatchedWorker(kind, process));
        }
    }

    /// <summary>Looks at the workers for so long; a worker that ended is a failure.</summary>
    public async Task WatchAsync(TimeSpan duration)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < duration)
        {
            await Task.Delay(Glance, TimeProvider.System);
            foreach (var worker in workers)
                worker.Look();
        }
    }

    /// <summary>A client of the websocket worker.</summary>
    public Task<SocketClient> ConnectAsync() => SocketClient.ConnectAsync(new Uri($"ws://127.0.0.1:{Setting("PORT")}/"));

    /// <summary>Records that a topic has been given so far.</summary>
    public long RecordsIn(TopicDeclaration topic)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(
            new ConsumerConfig { BootstrapServers = Setting("KAFKA_CONNECT"), GroupId = "count" }).Build();
        return Enumerable.Range(0, topic.Partitions)
            .Sum(partition => consumer.QueryWatermarkOffsets(new TopicPartition(topic.Name, partition), Patience).High.Value);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(started))
            await process.DisposeAsync();
        folder.Dispose();
    }

    private string Setting(string variable) => settings.First(one => one.Variable == variable).Value;
}
