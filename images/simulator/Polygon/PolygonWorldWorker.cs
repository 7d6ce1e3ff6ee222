using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;
using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;
using StockPipeline.Simulator.Market;

namespace StockPipeline.Simulator.Polygon;

public static class PolygonWorldRegistration
{
    /// <summary>Adds the simulated polygon.io to the process; its time is that of the simulated market beside it.</summary>
    public static void AddPolygonWorld(
        this IHostApplicationBuilder builder, string name = "new-york", params IEnumerable<Setting> settings) =>
        builder.AddService<PolygonWorldWorker>(name, settings).WithOptions<PolygonWorldSettings>();
}

/// <summary>Where the simulated polygon.io listens, and what its keys may do.</summary>
internal sealed class PolygonWorldSettings
{
    [ConfigurationKeyName("SIMULATOR_SEED"), Range(0, int.MaxValue)]
    public int Seed { get; set; } = SimulatorOptions.DefaultSeed;

    [ConfigurationKeyName("SIMULATOR_ADDRESS")]
    public IPAddress Address { get; set; } = IPAddress.Loopback;

    [ConfigurationKeyName("SIMULATOR_CONTROL_PORT"), Range(0, IPEndPoint.MaxPort)]
    public int ControlPort { get; set; } = SimulatorSettings.DefaultControlPort;

    [ConfigurationKeyName("SIMULATOR_POLYGON_PORT"), Range(0, IPEndPoint.MaxPort)]
    public int Port { get; set; } = PolygonWorldOptions.UsualPort;

    [ConfigurationKeyName("SIMULATOR_POLYGON_PLAN"), AllowedValues("free", "paid")]
    public string Plan { get; set; } = "paid";
}

/// <summary>Plays polygon.io.</summary>
internal sealed class PolygonWorldWorker(
    IOptions<PolygonWorldSettings> options, Health health, TimeProvider clock, ServiceLoggerFactory loggers, ILogger<PolygonWorldWorker> log)
    : PipelineWorker
{
    private readonly HealthCheck open = health.Check("market");

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var told = options.Value;
        var market = await MarketTime.OfNeighbourAsync(told.ControlPort, clock, open, cancellationToken);
        await using var world = await PolygonWorld.StartAsync(
            new PolygonWorldOptions
            {
                Seed = told.Seed, Address = told.Address, Port = told.Port, IsFree = told.Plan == "free", Clock = market, LoggerFactory = loggers,
            },
            cancellationToken);
        Log.PolygonOpen(log, world.Endpoint, told.Plan);
        open.Ready();
        await world.Completion.WaitAsync(cancellationToken);
    }
}
