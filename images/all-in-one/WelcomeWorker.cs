using System.Net.WebSockets;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;

namespace StockPipeline.AllInOne;

/// <summary>Says on the terminal what runs where and what to try, and when the first values are there.</summary>
internal sealed class WelcomeWorker(Machine machine, Health health, TimeProvider clock) : PipelineWorker
{
    private static readonly TimeSpan TryEvery = TimeSpan.FromMilliseconds(250);

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        health.Check("welcome").Ready();
        var began = clock.GetTimestamp();
        Console.WriteLine(Greeting());
        await Task.WhenAll(machine.Websockets.All.Select(async socket =>
        {
            await WaitForValueAsync(socket, cancellationToken);
            var seconds = clock.GetElapsedTime(began).TotalSeconds;
            Console.WriteLine($"first values of {socket.Ticker} {socket.Interval} after {seconds:F1} s: http://127.0.0.1:{socket.Port}/");
        }));
        Console.WriteLine("all websockets have values");
        await Task.Delay(Timeout.InfiniteTimeSpan, clock, cancellationToken);
    }

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
              Look at          http://{machine.GatewayName}:{machine.Options.GatewayPort}/ in a browser; REST at /api/docs
              Edit             need_tickers.txt and not_need_tickers.txt; edits count within seconds
              Stop             Ctrl-C; what has been gathered stays in {machine.DataFolder}
            History is being loaded ...

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
