using System.Diagnostics;
using System.Net.WebSockets;
using Spectre.Console;
using StockPipeline.AllInOne.Watching;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;
using StockPipeline.Workers;

namespace StockPipeline.AllInOne;

/// <summary>Says on the terminal what runs where and what to try, when the first values are there, and then what the pipeline is at.</summary>
internal sealed class WelcomeWorker(
    Machine machine, TerminalOutput output, FirstValues values, Health health, IHostApplicationLifetime lifetime, TimeProvider clock) : PipelineWorker
{
    private const int LinesOfLog = 15;

    private static readonly TimeSpan TryEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan DrawEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LineEveryWhenQuiet = TimeSpan.FromMinutes(1);

    private readonly SocketStart[] sockets =
        [.. machine.Websockets.All.Select(one => new SocketStart($"{one.Ticker} {one.Interval}", $"http://127.0.0.1:{one.Port}/", null))];

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        health.Check("welcome").Ready();
        Console.WriteLine(Greeting());
        await Together.RunAsync(cancellationToken, WaitForValuesAsync, output.Show == TerminalShow.View ? ViewAsync : LinesAsync);
    }

    private async Task WaitForValuesAsync(CancellationToken stop)
    {
        var began = clock.GetTimestamp();
        await Task.WhenAll(machine.Websockets.All.Select(async (socket, place) =>
        {
            await WaitForValueAsync(socket, stop);
            var after = clock.GetElapsedTime(began);
            sockets[place] = sockets[place] with { After = after };
            if (output.Show != TerminalShow.View)
                Console.WriteLine($"first values of {socket.Ticker} {socket.Interval} after {after.TotalSeconds:F1} s: {sockets[place].Url}");
        }));
        values.Came();
        if (output.Show != TerminalShow.View)
            Console.WriteLine(PipelineView.AllThere);
        await Task.Delay(Timeout.InfiniteTimeSpan, clock, stop);
    }

    /// <summary>Draws the view over and over, and does what keys say.</summary>
    private async Task ViewAsync(CancellationToken stop)
    {
        using var taker = new SnapshotTaker(output.Log, clock);
        var showsLog = false;
        await AnsiConsole.Live(PipelineView.Draw(taker.Take(sockets), null, AnsiConsole.Profile.Width)).AutoClear(true).StartAsync(async view =>
        {
            while (!stop.IsCancellationRequested)
            {
                view.UpdateTarget(PipelineView.Draw(
                    taker.Take(sockets), showsLog ? output.Log.Last(LinesOfLog) : null, AnsiConsole.Profile.Width));
                await Task.Delay(DrawEvery, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                switch (Key())
                {
                    case 'o':
                        Open();
                        break;
                    case 'l':
                        showsLog = !showsLog;
                        break;
                    case 'q':
                        lifetime.StopApplication();
                        break;
                }
            }
        });
        Console.WriteLine(PipelineView.Line(taker.Take(sockets)));
    }

    private async Task LinesAsync(CancellationToken stop)
    {
        if (output.Show == TerminalShow.Log)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, stop);
            return;
        }
        using var taker = new SnapshotTaker(output.Log, clock);
        var (said, problems) = (clock.GetTimestamp(), 0L);
        while (true)
        {
            await Task.Delay(LineEvery, clock, stop);
            var now = taker.Take(sockets);
            if (!now.IsLoading && now.HasAllValues && now.Problems == problems && clock.GetElapsedTime(said) < LineEveryWhenQuiet)
                continue;
            (said, problems) = (clock.GetTimestamp(), now.Problems);
            Console.WriteLine(PipelineView.Line(now));
        }
    }

    /// <summary>The last key that was pressed; none where there is no keyboard.</summary>
    private static char? Key()
    {
        char? pressed = null;
        while (!Console.IsInputRedirected && Console.KeyAvailable)
            pressed = char.ToLowerInvariant(Console.ReadKey(intercept: true).KeyChar);
        return pressed;
    }

    private void Open()
    {
        try
        {
            using var browser = Process.Start(new ProcessStartInfo("xdg-open", Page) { RedirectStandardOutput = true, RedirectStandardError = true });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // Where nothing opens pages, the address stands in the welcome.
        }
    }

    private string Page => $"http://{machine.GatewayName}:{machine.Options.GatewayPort}/";

    private string Greeting()
    {
        var kafka = machine.HasKafka ? "the Kafka of KAFKA_CONNECT"
            : $"Kafka protocol   {machine.Options.KafkaAddress}      kcat -b {machine.Options.KafkaAddress} -L";
        return $"""

            StockPipeline, on {(machine.HasExchange ? "the real exchange" : "a simulated market (set TOKEN for the real one)")}
              {kafka}
              schema registry  {(machine.HasRegistry ? "the one of SCHEMA_REGISTRY_URL" : $"http://127.0.0.1:{machine.Options.RegistryPort}")}
              cache of history {(machine.HasDatabase ? "the database of DATABASE_URL" : machine.Postgres is null ? "in memory"
                  : "PostgreSQL in the data folder")}
              websockets       {string.Join(", ", machine.Websockets.All.Select(one => $"{one.Ticker} {one.Interval} ws://127.0.0.1:{one.Port}/"))}
              catalog          {(machine.Catalog is { } catalog ? $"http://127.0.0.1:{catalog.Port}/" : "off: it needs CATALOG=true and PostgreSQL")}
              Look at          {Page} in a browser; REST at /api/docs
              Edit             need_tickers.txt and not_need_tickers.txt; edits count within seconds
              Log              {Path.Combine(machine.DataFolder, "logs", LogFiles.Current)}; --verbose shows it here
              Stop             Ctrl-C; what has been gathered stays in {machine.DataFolder}

            """;
    }

    /// <summary>Connects as any client would, until a value has come.</summary>
    private async Task WaitForValueAsync(WebsocketEndpoint place, CancellationToken stop)
    {
        var buffer = new byte[4096];
        while (true)
        {
            try
            {
                using var client = new ClientWebSocket();
                await client.ConnectAsync(new Uri($"ws://127.0.0.1:{place.Port}/?last=1"), stop);
                while (client.State == WebSocketState.Open)
                {
                    var message = await client.ReceiveAsync(buffer, stop);
                    if (buffer.AsSpan(0, message.Count).IndexOf("main_line"u8) >= 0)
                        return;
                }
            }
            catch (WebSocketException)
            {
                // Not open yet, or not ready: the same again in a moment.
            }
            await Task.Delay(TryEvery, clock, stop);
        }
    }
}
