using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Websocket.Connections;
using StockPipeline.Fanout.Broadcasting;
using StockPipeline.Websocket.Feeds;
using StockPipeline.Websocket.Messages;

namespace StockPipeline.Bench.Websocket;

/// <summary>One broadcaster in a process of its own.</summary>
internal sealed class FanoutServer : IFeeds
{
    public const string Part = "fanout-server";

    /// <summary>Clients that take nothing stay for the whole of a measurement.</summary>
    private static readonly FanoutLimits Limits = new() { StallLimit = TimeSpan.FromMinutes(10), PingEvery = TimeSpan.FromMinutes(10) };

    private readonly Feed feed;

    private FanoutServer(Feed feed) => this.feed = feed;

    public string? NotReady => null;

    public static async Task<int> RunAsync()
    {
        using var broadcaster = new Broadcaster(Limits, TimeProvider.System);
        var feeds = new FanoutServer(new Feed(broadcaster, Limits, values => NoticeFrame.Mark(values, 0)));
        await using var server = await BroadcastServer.StartAsync(
            new IPEndPoint(IPAddress.Loopback, 0), Limits, feeds, _ => { }, TimeProvider.System, NullLoggerFactory.Instance);
        await FanoutOrders.ObeyAsync(server.Port, frame => broadcaster.Publish(FanoutOrders.OpenTime.ToUnixTimeMilliseconds(), frame));
        return 0;
    }

    public bool TryFind(string path, [NotNullWhen(true)] out Feed? found)
    {
        found = feed;
        return true;
    }
}
