using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Websocket.Connections;
using StockPipeline.Websocket.Fanout;
using StockPipeline.Websocket.Feeds;
using StockPipeline.Websocket.Messages;

namespace StockPipeline.Bench.Websocket;

/// <summary>
/// One broadcaster in a process of its own. An order is <c>RATE SECONDS</c>: that many messages a second to all, each with the instant it was
/// published at in place of its epoch.
/// </summary>
internal sealed class FanoutServer : IFeeds
{
    public const string Part = "fanout-server";

    private static readonly DateTimeOffset Open = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);

    private readonly Feed feed;

    private FanoutServer(Feed feed) => this.feed = feed;

    public string? NotReady => null;

    public static async Task<int> RunAsync()
    {
        var limits = new FanoutLimits();
        using var broadcaster = new Broadcaster(limits, TimeProvider.System);
        var feeds = new FanoutServer(new Feed(broadcaster, limits, values => NoticeFrame.Mark(values, 0)));
        await using var server = await BroadcastServer.StartAsync(
            new IPEndPoint(IPAddress.Loopback, 0), feeds, _ => { }, TimeProvider.System, NullLoggerFactory.Instance);
        Console.WriteLine(server.Port);
        while (Console.ReadLine()?.Split(' ') is [var rate, var seconds])
        {
            var stretch = await PublishAsync(broadcaster, int.Parse(rate, CultureInfo.InvariantCulture),
                TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)));
            Console.WriteLine(JsonSerializer.Serialize(stretch, FanoutJson.Default.ServedStretch));
        }
        return 0;
    }

    public bool TryFind(string path, [NotNullWhen(true)] out Feed? found)
    {
        found = feed;
        return true;
    }

    private static async Task<ServedStretch> PublishAsync(Broadcaster broadcaster, int rate, TimeSpan length)
    {
        var (published, cpu, began) = (0L, Environment.CpuUsage.TotalTime, TimeProvider.System.GetTimestamp());
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(Math.Max(1, 1000 / rate)), TimeProvider.System);
        TimeSpan elapsed;
        while ((elapsed = TimeProvider.System.GetElapsedTime(began)) < length)
        {
            for (var due = (long)(elapsed.TotalSeconds * rate); published < due; published++)
                broadcaster.Publish(Open.ToUnixTimeMilliseconds(), ValueFrame.Write(Value(), "SBER", Interval.OneMinute));
            await beat.WaitForNextTickAsync();
        }
        return new ServedStretch(published, elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
    }

    private static MacdValue Value() => new()
    {
        Figi = new Figi("BBG004730N88"),
        OpenTime = Open,
        Close = Price.FromDecimal(271.35m),
        MainLine = 0.397575235651,
        SignalLine = 0.377686107412,
        Histogram = 0.019889128239,
        Final = false,
        Parameters = MacdParameters.Default,
        Epoch = TimeProvider.System.GetTimestamp(),
    };
}
