using Microsoft.Extensions.Options;
using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;
using StockPipeline.Simulator.Replay;

namespace StockPipeline.Simulator;

/// <summary>Adds the simulated T-Invest market, or the recorder of a real one, to a process.</summary>
public static class SimulatorRegistration
{
    public static void AddSimulator(this IHostApplicationBuilder builder, string name = "simulator", params IEnumerable<Setting> settings) =>
        builder.AddService<SimulatorWorker>(name, settings).WithOptions<SimulatorSettings>();

    public static void AddRecorder(this IHostApplicationBuilder builder, string name = "recorder", params IEnumerable<Setting> settings) =>
        builder.AddService<RecorderWorker>(name, settings).WithOptions<RecorderSettings>();
}

/// <summary>Runs the simulator as one service of a process.</summary>
internal sealed class SimulatorWorker(IOptions<SimulatorSettings> settings, Health health, ServiceLoggerFactory logs, TimeProvider clock)
    : PipelineWorker
{
    private readonly HealthCheck open = health.Check("market");

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var simulator = await MarketSimulator.StartAsync(settings.Value.ToOptions(logs, clock), cancellationToken);
        open.Ready($"open at {simulator.Endpoint}");
        await simulator.Completion.WaitAsync(cancellationToken);
    }
}
