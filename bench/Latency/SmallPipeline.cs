using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Bench.Measure;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.SchemaRegistry.Client;
using StockPipeline.SchemaRegistry.Codecs;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Metrics;
using StockPipeline.Streaming.Producing;
using StockPipeline.Streaming.Provisioning;

namespace StockPipeline.Bench.Latency;

/// <summary>What lies between a candle and a websocket, each a process of its own: broker, registry, MACD worker, broadcaster.</summary>
internal sealed class SmallPipeline : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly string folder = Directory.CreateTempSubdirectory("latency").FullName;
    private readonly Dictionary<string, string> settings;
    private readonly Dictionary<string, PinnedProcess> processes = [];
    private readonly KafkaConnection connection;
    private readonly int websocketPort = FreePort();
    private KafkaClient? kafka;

    private SmallPipeline()
    {
        var (kafkaPort, registryPort) = (FreePort(), FreePort());
        connection = new KafkaConnection { BootstrapServers = Text($"127.0.0.1:{kafkaPort}") };
        settings = new Dictionary<string, string>
        {
            ["KAFKA_CONNECT"] = connection.BootstrapServers, ["KAFKA_LISTEN"] = connection.BootstrapServers,
            ["KAFKA_DATA"] = Path.Combine(folder, "broker"), ["SCHEMA_REGISTRY_PORT"] = Text($"{registryPort}"),
            ["SCHEMA_REGISTRY_URL"] = Text($"http://127.0.0.1:{registryPort}"), ["HEALTH_PORT"] = "off", ["LOG_LEVEL"] = "none",
            ["INTERVAL"] = Interval.OneMinute.Name, ["TOPIC"] = PipelineTopics.Default.Macd(Interval.OneMinute).Name, ["FIGI"] = FigiOf(0).Value,
            ["PORT"] = Text($"{websocketPort}"),
        };
    }

    public IReadOnlyDictionary<string, PinnedProcess> Processes => processes;

    /// <summary>Where the gateway listens once it is started.</summary>
    public int GatewayPort { get; } = FreePort();

    public string Kafka => settings["KAFKA_CONNECT"];

    public string Registry => settings["SCHEMA_REGISTRY_URL"];

    public static Figi FigiOf(int number) => new(Text($"FIGI{number:D8}"));

    public static async Task<SmallPipeline> StartAsync()
    {
        var pipeline = new SmallPipeline();
        pipeline.Start("broker", "BrokerServer");
        await new TopicProvisioner(pipeline.connection, NullLogger<TopicProvisioner>.Instance, TimeProvider.System)
            .ProvisionAsync(PipelineTopics.Default.All, recreate: false, default);
        pipeline.Start("schema-registry", "SchemaRegistryServer");
        await UntilAsync(pipeline.settings["SCHEMA_REGISTRY_URL"]);
        return pipeline;
    }

    /// <summary>Publishes the instruments and what <paramref name="candlesOf"/> gives for each; gives the writer for more.</summary>
    public async Task<TopicWriter<Candle>> FillAsync(int instruments, Action<Figi, Action<Candle>> candlesOf)
    {
        var topics = PipelineTopics.Default;
        using var registry = new SchemaRegistryClient(
            new SchemaRegistryConnection { Url = new Uri(settings["SCHEMA_REGISTRY_URL"]) });
        var codecs = new PipelineCodecs(registry, topics, TimeProvider.System);
        kafka = new KafkaClient(connection, "bench", NullLoggerFactory.Instance, NoMetrics.Instance, TimeProvider.System);
        var config = kafka.WriteTo(topics.Config, await codecs.ConfigAsync(default));
        var candles = kafka.WriteTo(topics.Candles(Interval.OneMinute), await codecs.CandlesAsync(Interval.OneMinute, default));
        foreach (var figi in Enumerable.Range(0, instruments).Select(FigiOf))
        {
            var record = ConfigRecord.Of(Instrument(figi));
            config.Send(record.Key.ToString(), record, default);
            candlesOf(figi, candle => candles.Send(new CandleKey(figi, candle.OpenTime).ToString(), candle, default));
        }
        await kafka.FlushAsync(default);
        return candles;
    }

    /// <summary>Writes values of MACD, in place of its worker.</summary>
    public async Task<TopicWriter<MacdValue>> MacdAsync()
    {
        using var registry = new SchemaRegistryClient(new SchemaRegistryConnection { Url = new Uri(Registry) });
        var codecs = new PipelineCodecs(registry, PipelineTopics.Default, TimeProvider.System);
        return kafka!.WriteTo(PipelineTopics.Default.Macd(Interval.OneMinute), await codecs.MacdAsync(Interval.OneMinute, default));
    }

    /// <summary>A gateway on one core, ready.</summary>
    public async Task<PinnedProcess> StartGatewayAsync(int? core, int sockets)
    {
        settings["GATEWAY_PORT"] = Text($"{GatewayPort}");
        settings["GATEWAY_MAX_SOCKETS"] = settings["GATEWAY_MAX_SOCKETS_ADDRESS"] = Text($"{sockets}");
        settings["GATEWAY_REQUESTS_A_MINUTE"] = "10000000";
        Start("gateway", "Gateway", core);
        await UntilAsync(Text($"http://127.0.0.1:{GatewayPort}/health/ready"));
        return processes["gateway"];
    }

    public async Task StartWorkersAsync()
    {
        Start("macd", "Macd");
        Start("websocket", "Websocket");
        await UntilAsync(Text($"http://127.0.0.1:{websocketPort}/health"));
    }

    /// <summary>A client of the first instrument that has its snapshot.</summary>
    public async Task<ClientWebSocket> ConnectAsync()
    {
        var (began, buffer) = (TimeProvider.System.GetTimestamp(), new byte[4096]);
        while (TimeProvider.System.GetElapsedTime(began) < Patience)
        {
            var client = new ClientWebSocket();
            await client.ConnectAsync(new Uri(Text($"ws://127.0.0.1:{websocketPort}/?last=1")), default);
            var first = await client.ReceiveAsync(buffer.AsMemory(), default);
            if (buffer.AsSpan(0, first.Count).IndexOf("main_line"u8) >= 0)
                return client;
            client.Dispose();
            await Task.Delay(Pause, TimeProvider.System);
        }
        throw new TimeoutException("The MACD worker has published nothing.");
    }

    public async ValueTask DisposeAsync()
    {
        if (kafka is not null)
            await kafka.DisposeAsync();
        foreach (var process in processes.Values.Reverse())
            await process.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The programs lie beside this one, each with runtime settings of its own, as it is deployed.</summary>
    private void Start(string name, string assembly, int? core = null)
    {
        var program = Path.Combine(AppContext.BaseDirectory, $"StockPipeline.{assembly}");
        processes[name] = PinnedProcess.Start(core, "dotnet",
            ["exec", "--runtimeconfig", $"{program}.runtimeconfig.json",
                "--depsfile", Path.Combine(AppContext.BaseDirectory, "StockPipeline.Bench.deps.json"), $"{program}.dll"], settings);
    }

    private static async Task UntilAsync(string url)
    {
        using var http = new HttpClient();
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < Patience)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(url));
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not there yet.
            }
            await Task.Delay(Pause, TimeProvider.System);
        }
        throw new TimeoutException($"{url} did not become ready.");
    }

    private static Instrument Instrument(Figi figi) => new()
    {
        Figi = figi, Ticker = figi.Value, ClassCode = "TQBR", Uid = figi.Value, Name = figi.Value, Currency = "rub", Lot = 1,
        MinPriceIncrement = Price.FromDecimal(0.01m), Exchange = "moex", Weekend = false,
    };

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
