using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;
using StockPipeline.Contracts.Connections;
using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;
using StockPipeline.Market.Clock;

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
        var market = await MarketTimeAsync(new Uri($"http://127.0.0.1:{told.ControlPort}/clock"), cancellationToken);
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

    private async Task<TimeProvider> MarketTimeAsync(Uri simulator, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        var backoff = new Backoff(new BackoffLimits { First = TimeSpan.FromMilliseconds(50), Cap = TimeSpan.FromSeconds(1) }, clock);
        while (true)
        {
            try
            {
                return await SimulatedClock.FollowAsync(http, simulator, clock, cancellationToken);
            }
            catch (HttpRequestException notYet)
            {
                open.Starting($"the simulated market's clock at {simulator} does not answer: {notYet.Message}");
                await backoff.PauseAsync(cancellationToken);
            }
        }
    }
}
