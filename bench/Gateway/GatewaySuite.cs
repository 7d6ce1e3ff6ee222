using System.Globalization;
using StockPipeline.Bench.Latency;
using StockPipeline.Bench.Measure;

namespace StockPipeline.Bench.Gateway;

/// <summary>
/// The gateway and its clients, apart where there are cores enough, the broker wherever there is room: 250 instruments with a thousand candles a
/// second and their values, and many sockets that each follow a chart. Beside it a SignalR hub over the same topics with the same clients.
/// </summary>
/// <param name="name">The suite's.</param>
/// <param name="sockets">Of the gateway.</param>
/// <param name="boardEvery">Each so many of them follow the board as well; none where it is 0.</param>
internal sealed class GatewaySuite(string name, int sockets, int boardEvery) : ISuite
{
    public const int Instruments = 250;

    private const int History = 1_000;
    private const int StuckClients = 20;
    private const int HubSockets = 1_000;
    private const double Mebibyte = 1024 * 1024;

    /// <summary>On a machine of two cores the gateway may use both, and its clients go where there is room.</summary>
    private static readonly int? ClientCore = Environment.ProcessorCount > 2 ? 2 : null;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(10);

    public string Name => name;

    public async Task RunAsync(Report report)
    {
        await using var pipeline = await SmallPipeline.StartAsync();
        var load = await GatewayLoad.FillAsync(pipeline, Instruments, History);
        using var stop = new CancellationTokenSource();
        var producing = load.RunAsync(stop.Token);
        var gateway = await pipeline.StartGatewayAsync(core: null, sockets + StuckClients);
        var port = pipeline.GatewayPort;
        report.Add("resident before its clients", gateway.Resident / Mebibyte, "MiB");
        var ours = await MeasureAsync($"ours, {sockets} sockets", gateway, GatewayClients.Ours, port, sockets, boardEvery, 0);
        report.Add($"{sockets} connects with their snapshots", ours.Connect, "s", sockets >= 10_000 ? Bar.AtMost(15) : null);
        Say(report, ours, isBar: true);
        report.Add("  processor of the gateway", ours.Processor, "cores", Bar.AtMost(1.5));
        report.Add("  resident", gateway.Resident / Mebibyte, "MiB", Bar.AtMost(400));
        var few = await MeasureAsync($"ours, {HubSockets} sockets", gateway, GatewayClients.Ours, port, HubSockets, boardEvery, 0);
        Say(report, few, isBar: false);
        var stuck = await MeasureAsync(
            $"ours, {HubSockets} sockets and {StuckClients} stuck", gateway, GatewayClients.Ours, port, HubSockets, boardEvery, StuckClients);
        Say(report, stuck, isBar: false);
        report.AddRatio($"{StuckClients} stuck clients beside: p99", stuck.Heard.P99 / few.Heard.P99, Bar.AtMost(1.25));
        await RequestsAsync(report, port);
        await gateway.DisposeAsync();
        await using var hub = PinnedProcess.StartPart(core: null, NaiveHub.Part, pipeline.Kafka, pipeline.Registry);
        var hubPort = int.Parse(await hub.HearAsync(), CultureInfo.InvariantCulture);
        var theirs = await MeasureAsync($"SignalR hub, {HubSockets} sockets", hub, GatewayClients.Hub, hubPort, HubSockets, boardEvery, 0);
        Say(report, theirs, isBar: false);
        report.AddRatio("a row costs the hub so many times as much", theirs.MicrosecondsARow / few.MicrosecondsARow, Bar.AtLeast(3));
        await stop.CancelAsync();
        await producing;
    }

    private static void Say(Report report, Stretch stretch, bool isBar)
    {
        report.Add($"{stretch.Name}: candle produced to frame received, p50", stretch.Heard.P50, "ms", isBar ? Bar.AtMost(5) : null);
        report.Add($"{stretch.Name}: candle produced to frame received, p99", stretch.Heard.P99, "ms", isBar ? Bar.AtMost(50) : null);
        if (stretch.Heard.BoardRows > 0)
            report.Add($"{stretch.Name}: candle produced to board received, p99", stretch.Heard.BoardP99, "ms", isBar ? Bar.AtMost(300) : null);
        report.Add("  rows delivered", (stretch.Heard.Rows + stretch.Heard.BoardRows) / stretch.Heard.Seconds, "1/s");
        report.Add("  delivered", stretch.Heard.Bytes / stretch.Heard.Seconds / Mebibyte, "MiB/s");
        report.Add("  processor a row", stretch.MicrosecondsARow, "us");
        if (stretch.Paused is { } paused)
            report.Add("  paused for its collector", paused * 1_000, "ms");
    }

    /// <summary>Seconds that a gateway has stood still for its collector since it began.</summary>
    private static async Task<double> PausedAsync(HttpClient http, int port)
    {
        const string Name = "dotnet_gc_pause_seconds_total";
        var lines = (await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"))).Split('\n');
        return double.Parse(lines.Last(line => line.StartsWith(Name, StringComparison.Ordinal)).Split(' ')[1], CultureInfo.InvariantCulture);
    }

    private static async Task<Stretch> MeasureAsync(
        string name, PinnedProcess server, string how, int port, int count, int boardEvery, int stuck)
    {
        await using var clients = PinnedProcess.StartPart(
            ClientCore, GatewayClients.Part, how, Text(port), Text(count), Text(boardEvery), Text(stuck));
        var connected = System.Text.Json.JsonSerializer.Deserialize(await clients.HearAsync(), GatewayJson.Default.GatewayConnected)!;
        await clients.AskAsync(Text(WarmUp.TotalSeconds), GatewayJson.Default.GatewayHeard);
        using var http = new HttpClient();
        var isOurs = how == GatewayClients.Ours;
        var (before, paused) = (server.Cpu, isOurs ? await PausedAsync(http, port) : 0);
        var heard = await clients.AskAsync(Text(Length.TotalSeconds), GatewayJson.Default.GatewayHeard);
        return new Stretch(
            name, connected.Seconds, heard, (server.Cpu - before).TotalSeconds, isOurs ? await PausedAsync(http, port) - paused : null);
    }

    /// <summary>A thousand candles, five hundred times a second, from one client that does not wait for the answer before it asks again.</summary>
    private static async Task RequestsAsync(Report report, int port)
    {
        const int Rate = 500;
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 });
        var (latencies, gate, seconds) = (new LatencyHistogram(), new Lock(), 10);
        var asked = new List<Task>();
        var paused = await PausedAsync(http, port);
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        var (sent, began) = (0, TimeProvider.System.GetTimestamp());
        while (sent < Rate * seconds)
        {
            for (var due = TimeProvider.System.GetElapsedTime(began).TotalSeconds * Rate; sent < due; sent++)
                asked.Add(AskAsync(sent % Instruments));
            await beat.WaitForNextTickAsync();
        }
        await Task.WhenAll(asked);
        report.Add($"GET of {History} candles, {Rate}/s: paused for its collector", (await PausedAsync(http, port) - paused) * 1_000, "ms");
        report.Add($"GET of {History} candles, {Rate}/s, p50", latencies.Percentile(50), "ms");
        report.Add($"GET of {History} candles, {Rate}/s, p99", latencies.Percentile(99), "ms", Bar.AtMost(20));

        async Task AskAsync(int instrument)
        {
            var from = TimeProvider.System.GetTimestamp();
            var url = $"http://127.0.0.1:{port}/api/candles/{SmallPipeline.FigiOf(instrument)}/1-min?last=1000";
            // Read into one place again and again: the collector's work for whole answers would be the client's and not the gateway's.
            using var answer = await http.GetAsync(new Uri(url), HttpCompletionOption.ResponseHeadersRead);
            answer.EnsureSuccessStatusCode();
            await using (var body = await answer.Content.ReadAsStreamAsync())
                await body.CopyToAsync(Stream.Null);
            lock (gate)
                latencies.Add(TimeProvider.System.GetElapsedTime(from));
        }
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed record Stretch(string Name, double Connect, GatewayHeard Heard, double ProcessorSeconds, double? Paused)
    {
        public double Processor => ProcessorSeconds / Heard.Seconds;

        public double MicrosecondsARow => ProcessorSeconds * 1e6 / (Heard.Rows + Heard.BoardRows);
    }
}
