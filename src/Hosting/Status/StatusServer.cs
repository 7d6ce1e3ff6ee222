using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Telemetry;

namespace StockPipeline.Hosting.Status;

/// <summary>
/// Serves the status pages on a port of their own. A small web application beside the host rather than the host itself: the platform's web host
/// opens its port only when everything has started and closes it before anything stops, which is just when somebody wants to look.
/// </summary>
internal sealed class StatusServer(
    IOptions<ProcessOptions> options, ServiceCatalog catalog, HealthCheckService checks, MeterProvider meters, PipelineMeter meter,
    TimeProvider clock, ILoggerFactory logs, ILogger<StatusServer> log) : IHostedService, IAsyncDisposable
{
    private const int MaxConnections = 100;

    private WebApplication? web;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        ProcessMetrics.Declare(meter.Meter, clock);
        if (options.Value.HealthPort.Number is not { } port)
            return;
        // The empty builder reads no file and no variable: what this process listens to is said here and nowhere else.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Listen(options.Value.HealthAddress, port);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        web = builder.Build();
        new StatusPages(catalog, checks, meters, catalog.Instances).Map(web);
        try
        {
            await web.StartAsync(cancellationToken);
        }
        catch (IOException taken)
        {
            throw new IOException($"HEALTH_PORT {port} cannot be opened: {taken.Message}", taken);
        }
        Log.StatusPort(log, PortOf(web));
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (web is not null)
            await web.StopAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (web is not null)
            await web.DisposeAsync();
    }

    private static int PortOf(WebApplication web) =>
        new Uri(web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
}

/// <summary>For a web application inside a process: signals are the host's.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
