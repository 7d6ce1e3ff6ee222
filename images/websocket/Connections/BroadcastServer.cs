using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using StockPipeline.Fanout.Broadcasting;
using StockPipeline.Hosting.Pages;
using StockPipeline.Websocket.Feeds;

namespace StockPipeline.Websocket.Connections;

/// <summary>The one port of a broadcaster: websockets, the page, health and metrics.</summary>
public sealed class BroadcastServer : IAsyncDisposable
{
    /// <summary>Connections beyond those of websocket clients: handshakes that will be refused, pages, health and metrics.</summary>
    public const int SpareConnections = 256;

    private const string PagePolicy =
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:";

    private readonly WebApplication application;

    private BroadcastServer(WebApplication application, int port)
    {
        this.application = application;
        Port = port;
    }

    /// <summary>The port that was bound, also when any free one was asked for.</summary>
    public int Port { get; }

    /// <param name="address">Where to listen.</param>
    /// <param name="limits">Of each feed; more connections than all clients of both and some readers of pages are ended unheard.</param>
    /// <param name="feeds">What is offered.</param>
    /// <param name="map">Adds the plain HTTP routes.</param>
    /// <param name="clock">Measures the time limits.</param>
    /// <param name="logs">Where the server says what it does.</param>
    /// <exception cref="IOException">The port is taken or may not be used; the message says which.</exception>
    public static async Task<BroadcastServer> StartAsync(
        IPEndPoint address, FanoutLimits limits, IFeeds feeds, Action<IEndpointRouteBuilder> map, TimeProvider clock, ILoggerFactory logs)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton(logs);
        var websockets = new WebsocketMiddleware(feeds, clock, logs.CreateLogger<WebsocketMiddleware>());
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxConcurrentConnections = (2L * limits.MaxClients) + SpareConnections;
            server.Listen(address, listen => listen.Use(next => connection => websockets.RunAsync(connection, next)));
        });
        var application = builder.Build();
        EmbeddedPage.Map(application, typeof(BroadcastServer).Assembly, "Page/", PagePolicy);
        map(application);
        try
        {
            await application.StartAsync();
        }
        catch (Exception refused) when (refused is SocketException or IOException)
        {
            await application.DisposeAsync();
            throw new IOException($"Port {address.Port} cannot be opened on {address.Address}: {refused.Message}", refused);
        }
        var bound = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new BroadcastServer(application, new Uri(bound).Port);
    }

    public async ValueTask DisposeAsync()
    {
        await application.StopAsync();
        await application.DisposeAsync();
    }
}
