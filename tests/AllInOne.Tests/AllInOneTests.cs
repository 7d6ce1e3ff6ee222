using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;
using StockPipeline.Testing;

namespace StockPipeline.AllInOneTests;

/// <summary>The whole pipeline as one program, from outside.</summary>
public sealed class AllInOneTests : IDisposable
{
    private const int BadSettings = 2;

    private static readonly TimeSpan LoadPatience = TimeSpan.FromMinutes(3);

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task All_taken_ports_are_named_at_once_with_the_settings_that_choose_others()
    {
        using var first = Listen();
        using var second = Listen();
        var (kafka, websocket) = (PortOf(first), PortOf(second));

        await using var program = Start(kafka, FreePorts.Take(11), websocket);
        var code = await program.ExitAsync();

        var said = program.Said;
        Assert.True(code == BadSettings, $"It ended with {code}: {said}");
        Assert.Contains($"port {kafka} is taken by another program, and the broker needs it: free it, or choose another with KAFKA_LISTEN=", said,
            StringComparison.Ordinal);
        Assert.Contains($"port {websocket} is taken by another program, and the websocket of SBER needs it", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_stops_it_cleanly_and_the_next_start_goes_on_with_the_values_there_were()
    {
        await using var traces = await TraceReceiver.StartAsync();
        var ports = FreePorts.Take(13);
        Dictionary<string, double> before;
        await ChildProcess.OutputOfAsync(RepositoryFolder.PathOf("eng/debian-packages.sh"), ["postgresql"], patience: TimeSpan.FromMinutes(5));
        await using (var program = Start(ports[0], ports[1..12], ports[12], TracedTo(traces)))
        {
            await HasValuesAsync(program);
            Assert.Matches(@"\[10\] StockPipeline\.AllInOne runs on \.NET 10\.\d+\.\d+, librdkafka 2\.16\.0$", program.Output.First());
            await Task.WhenAll(SeeWayOfCandleAsync(traces), SeeMetricsAsync(ports[4]));
            before = await FinalValuesAsync(ports[12]);
            await HasProductsAsync(ports[9]);
            program.Signal(ChildProcess.Interrupt);
            var code = await program.ExitAsync();
            Assert.True(code == 0, $"It ended with {code}: {program.Said}");
        }

        // Now as a person starts it: on a terminal, where the welcome and the view are all that is shown.
        await using var again = Start(ports[0], ports[1..12], ports[12], onTerminal: true);
        await HasValuesAsync(again);
        var after = await FinalValuesAsync(ports[12]);
        Assert.Contains("StockPipeline, on a simulated market", again.Said, StringComparison.Ordinal);
        Assert.Contains("l show the log", again.Said, StringComparison.Ordinal);
        Assert.Contains("values/s", again.Said, StringComparison.Ordinal);
        Assert.DoesNotContain("info: ", again.Said, StringComparison.Ordinal);
        Assert.Contains("info: ", await File.ReadAllTextAsync(folder.File("data/logs/stockpipeline.log")), StringComparison.Ordinal);

        var shared = before.Keys.Intersect(after.Keys).ToList();
        Assert.InRange(shared.Count, 20, int.MaxValue);
        Assert.All(shared, time => Assert.Equal(before[time], after[time], 9));
    }

    /// <summary>A collector that is told of every trace at once.</summary>
    private static Dictionary<string, string> TracedTo(TraceReceiver traces) => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = traces.Address.ToString(), ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_TRACES_SAMPLER_ARG"] = "1", ["OTEL_BSP_SCHEDULE_DELAY"] = "500",
    };

    /// <summary>One candle is followed from where it came from, the stream or history, to the frame that its value became.</summary>
    private static async Task SeeWayOfCandleAsync(TraceReceiver traces)
    {
        string[] toTheFrame = ["process candles-1-min", "process macd-values-1-min", "send frames"];
        await Eventually.SeeAsync(
            () => Task.FromResult((
                traces.HasPath(["publish candles", .. toTheFrame]), traces.HasPath(["ask history", "process history-action", .. toTheFrame]),
                string.Join(", ", traces.Names))),
            seen => seen is (true, true, _));
    }

    /// <summary>Prometheus takes in the metrics of all services as the compose file has it, judges every alert, and every panel gets data.</summary>
    private async Task SeeMetricsAsync(int port)
    {
        await using var prometheus = await PrometheusServer.StartAsync(folder.File("prometheus"), port);
        await Eventually.SeeAsync(prometheus.PanelsWithoutDataAsync, empty => empty.Length == 0);
        var rules = await prometheus.RulesAsync();
        Assert.InRange(rules.Count, 10, 50);
        Assert.All(rules, rule => Assert.True(rule.Health is "ok" or "unknown", $"{rule.Name} is {rule.Health}: {rule.Error}"));
        Assert.Contains(rules, rule => rule.Health == "ok");
    }

    private ChildProcess Start(int kafka, int[] others, int websocket, Dictionary<string, string>? more = null, bool onTerminal = false)
    {
        File.WriteAllText(folder.File("need_tickers.txt"), "SBER\n");
        // PostgreSQL runs as another user where we are root, and has to get into the folder.
        const UnixFileMode enter = UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | enter);
        var settings = new Dictionary<string, string>(more ?? [])
        {
            ["TERM"] = "xterm",
            // That it stops in order is what is promised here: how long the disk of a busy machine takes over hundreds of files is not.
            ["STOP_TIMEOUT"] = "1m",
            ["RUN_SHOW"] = onTerminal ? "auto" : "log",
            ["DATA_FOLDER"] = folder.File("data"),
            ["NEED_TICKERS_FILE"] = folder.File("need_tickers.txt"),
            ["KAFKA_LISTEN"] = Text($"127.0.0.1:{kafka}"),
            ["SCHEMA_REGISTRY_PORT"] = Text($"{others[0]}"),
            ["SIMULATOR_PORT"] = Text($"{others[1]}"),
            ["SIMULATOR_CONTROL_PORT"] = Text($"{others[2]}"),
            ["GATEWAY_PORT"] = Text($"{others[3]}"),
            ["SIMULATOR_BINANCE_PORT"] = Text($"{others[4]}"),
            ["SIMULATOR_COINGECKO_PORT"] = Text($"{others[5]}"),
            ["SIMULATOR_KRAKEN_PORT"] = Text($"{others[6]}"),
            ["RATES_API_PORT"] = Text($"{others[7]}"),
            ["CATALOG_PORT"] = Text($"{others[8]}"),
            ["SIMULATOR_PARTNERS_PORT"] = Text($"{others[9]}"),
            ["SIMULATOR_PARTNERS_CONTROL_PORT"] = Text($"{others[10]}"),
            ["WEBSOCKETS"] = Text($"SBER:1-min:{websocket}"),
        };
        if (!onTerminal)
            return ChildProcess.StartDotnet("StockPipeline.AllInOne.dll", [], settings);
        var program = Path.Combine(AppContext.BaseDirectory, "StockPipeline.AllInOne.dll");
        return ChildProcess.Start("script", ["-qefc", $"stty cols 150 rows 50; exec dotnet '{program}'", "/dev/null"], settings);
    }

    private static Task<string> HasValuesAsync(ChildProcess program) => program.SaysAsync("all websockets have values", LoadPatience);

    /// <summary>The catalog runs as well, with what the simulated shops have.</summary>
    private static async Task HasProductsAsync(int port)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        await Eventually.SeeAsync(
            async () =>
            {
                try
                {
                    return JsonDocument.Parse(await client.GetStringAsync("/api/v2/products?limit=1")).RootElement.GetProperty("total").GetInt32();
                }
                catch (HttpRequestException)
                {
                    // Not open yet, or its tables are still read: it is looked at again.
                    return -1;
                }
            },
            products => products == 100);
    }

    /// <summary>The final values of the snapshot, by their time.</summary>
    private static async Task<Dictionary<string, double>> FinalValuesAsync(int port)
    {
        using var client = new ClientWebSocket();
        using var limit = new CancellationTokenSource(Eventually.Patience, TimeProvider.System);
        await client.ConnectAsync(new Uri($"ws://127.0.0.1:{port}/?last=100"), limit.Token);
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        var buffer = new byte[4096];
        while (true)
        {
            var message = await client.ReceiveAsync(buffer, limit.Token);
            var value = JsonDocument.Parse(buffer.AsMemory(0, message.Count)).RootElement;
            if (value.TryGetProperty("type", out var type) && type.GetString() == "mark")
                return values;
            if (value.TryGetProperty("final", out var final) && final.GetBoolean())
                values[value.GetProperty("time").GetString()!] = value.GetProperty("main_line").GetDouble();
        }
    }

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static int PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
