using System.Diagnostics.CodeAnalysis;
using StockPipeline.Websocket.Feeds;
using StockPipeline.Fanout.Broadcasting;
using StockPipeline.WebsocketTests.Fanout;

namespace StockPipeline.WebsocketTests.Connections;

/// <summary>A port with one feed at the root.</summary>
internal sealed class OneFeed(FanoutLimits limits) : IFeeds, IDisposable
{
    private readonly Feed feed = new(new Broadcaster(limits, TimeProvider.System), limits, values => Frames.Of($"mark:{values}"));

    public Broadcaster Broadcaster => feed.Broadcaster;

    public string? NotReady { get; set; }

    public bool TryFind(string path, [NotNullWhen(true)] out Feed? found)
    {
        found = path == "/" ? feed : null;
        return found is not null;
    }

    public void Dispose() => feed.Broadcaster.Dispose();
}
