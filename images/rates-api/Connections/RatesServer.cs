using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace StockPipeline.RatesApi.Connections;

/// <summary>The one port of the rates API.</summary>
internal sealed class RatesServer : IAsyncDisposable
{
    private const int MaxConnections = 10_000;

    private readonly WebApplication web;

    private RatesServer(WebApplication web, int port)
    {
        this.web = web;
        Port = port;
    }

    public int Port { get; }

    /// <exception cref="IOException">The port is taken or may not be used; the message says which.</exception>
    public static async Task<RatesServer> StartAsync(
        IPEndPoint address, FastLane lane, RatesRoutes routes, Action<IEndpointRouteBuilder> status, ILoggerFactory logs,
        CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Limits.MaxConcurrentUpgradedConnections = MaxConnections;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Limits.MaxRequestLineSize = 8 * 1024;
            kestrel.Listen(address, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(next => connection => lane.RunAsync(connection, next));
            });
        }).UseSockets(sockets =>
        {
            // Answers are ready: there is nothing that would block the thread that has read the request.
            sockets.UnsafePreferInlineScheduling = true;
            sockets.IOQueueCount = 0;
            sockets.Backlog = 4_096;
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        var web = builder.Build();
        try
        {
            web.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(30), KeepAliveTimeout = TimeSpan.FromSeconds(30) });
            web.UseRouting();
            status(web);
            routes.Map(web);
            await web.StartAsync(cancellationToken);
        }
        catch (Exception refused) when (refused is SocketException or IOException)
        {
            await web.DisposeAsync();
            throw new IOException($"Port {address.Port} cannot be opened on {address.Address}: {refused.Message}", refused);
        }
        var bound = web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new RatesServer(web, new Uri(bound).Port);
    }

    public async ValueTask DisposeAsync()
    {
        await web.StopAsync();
        await web.DisposeAsync();
    }

    /// <summary>Signals are the host's.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
