using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Bench.Measure;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming.Provisioning;
using StockPipeline.Testing;

namespace StockPipeline.Bench.Workers;

/// <summary>
/// What each kind of worker holds in memory while it follows every share of the simulated market: first loading all history, then hours of
/// trading in minutes. Each is a process of its own, as in a container.
/// </summary>
public sealed class WorkersSuite : ISuite
{
    private const double MaxResident = 150;

    /// <summary>What a worker may be larger at the end than when it had loaded, as a ratio: chance and the day's own candles.</summary>
    private const double MaxGrowth = 1.15;

    /// <summary>Fast enough for hours of trading, slow enough that two cores keep up with every share.</summary>
    private const int Speed = 60;

    /// <summary>Friday, an hour after the main session began.</summary>
    private const string Start = "2026-11-20T08:00:00Z";

    private static readonly TimeSpan Loading = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan Following = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(2);

    private static readonly string[] Kinds = ["Config", "Candles", "History", "Lack", "Gaps", "Macd", "Websocket"];

    public string Name => "workers";

    public async Task RunAsync(Report report)
    {
        using var folder = new TempFolder();
        var settings = Settings(folder);
        var started = new List<ChildProcess>();
        try
        {
            started.Add(Programs.Start("BrokerServer", settings));
            await new TopicProvisioner(
                new KafkaConnection { BootstrapServers = settings.First(one => one.Variable == "KAFKA_CONNECT").Value },
                NullLogger<TopicProvisioner>.Instance, TimeProvider.System).ProvisionAsync(PipelineTopics.Default.All, recreate: false, default);
            started.Add(Programs.Start("SchemaRegistryServer", settings));
            started.Add(Programs.Start("Simulator", settings));
            var workers = Kinds.Select(kind => new WatchedWorker(kind, Programs.Start(kind, settings))).ToList();
            started.AddRange(workers.Select(worker => worker.Process));
            await WatchAsync(workers, Loading);
            foreach (var worker in workers)
                worker.Mark();
            await WatchAsync(workers, Following);
            report.Say($"every share of the simulated market, 1-min, {Following.TotalMinutes * Speed:0} minutes of trading after loading");
            foreach (var worker in workers)
            {
                report.Add($"{worker.Kind}, resident at most", worker.Peak, "MB", Bar.AtMost(MaxResident));
                report.Add($"{worker.Kind}, at the end beside when it had loaded", worker.Now, "MB", worker.Loaded, Bar.AtMost(MaxGrowth));
            }
        }
        finally
        {
            foreach (var process in Enumerable.Reverse(started))
                await process.DisposeAsync();
        }
    }

    private static async Task WatchAsync(List<WatchedWorker> workers, TimeSpan duration)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < duration)
        {
            await Task.Delay(Glance, TimeProvider.System);
            foreach (var worker in workers)
                worker.Look();
        }
    }

    private static (string Variable, string Value)[] Settings(TempFolder folder)
    {
        var everything = folder.File("tickers.txt");
        File.WriteAllText(everything, string.Empty);
        var ports = FreePorts.Take(5);
        return
        [
            ("KAFKA_LISTEN", $"127.0.0.1:{ports[0]}"), ("KAFKA_CONNECT", $"127.0.0.1:{ports[0]}"), ("KAFKA_DATA", folder.File("broker")),
            ("SCHEMA_REGISTRY_PORT", $"{ports[1]}"), ("SCHEMA_REGISTRY_URL", $"http://127.0.0.1:{ports[1]}"),
            ("SIMULATOR_HOST", "127.0.0.1"), ("SIMULATOR_PORT", $"{ports[2]}"), ("SIMULATOR_CONTROL_PORT", $"{ports[3]}"),
            ("SIMULATOR_SPEED", $"{Speed}"), ("SIMULATOR_START", Start), ("NEED_TICKERS_FILE", everything), ("NOT_NEED_TICKERS_FILE", everything),
            ("INTERVAL", Interval.OneMinute.Name), ("TOPIC", PipelineTopics.Default.Macd(Interval.OneMinute).Name), ("TICKER", "SBER"),
            ("PORT", $"{ports[4]}"),
        ];
    }
}
