using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace StockPipeline.Hosting.Status;

/// <summary>Serves the status pages on a port of their own for as long as the process lives.</summary>
internal sealed class StatusServer : IAsyncDisposable
{
    private const int MaxConnections = 100;

    private readonly WebApplication web;

    private StatusServer(WebApplication web, int port)
    {
        this.web = web;
        Port = port;
    }

    public int Port { get; }

    public static async Task<StatusServer> StartAsync(int port, StatusBoard board, ILoggerFactory logs, CancellationToken stop)
    {
        // The empty builder reads no file and no variable: what this process listens to is said here and nowhere else.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Listen(IPAddress.Any, port);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        var web = builder.Build();
        try
        {
            web.MapStatusPages(board);
            await web.StartAsync(stop);
            return new StatusServer(web, PortOf(web));
        }
        catch
        {
            await web.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => web.DisposeAsync();

    private static int PortOf(WebApplication web)
    {
        var addresses = web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        return new Uri(addresses!.Addresses.First()).Port;
    }

    /// <summary>Signals are the runner's: the pages stay until the services have ended.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
