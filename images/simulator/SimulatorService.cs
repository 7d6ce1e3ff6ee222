using StockPipeline.Hosting;
using StockPipeline.Simulator.Market;

namespace StockPipeline.Simulator;

/// <summary>The simulator as one service of a process.</summary>
public sealed class SimulatorService(SimulatorOptions options, ServiceContext context) : IService
{
    public static IService Create(ServiceContext context)
    {
        var options = SimulatorSettings.Read(context.Settings, context.LoggerFactory, context.Clock);
        if (context.Settings.Optional("SIMULATOR_ANCHOR") is { } anchor && options.Start is null)
            options = options with { Start = MarketAnchor.Now(anchor, options.Speed, context.Clock) };
        return new SimulatorService(options, context);
    }

    public async Task RunAsync(CancellationToken stop)
    {
        var open = context.Health.Check("market");
        await using var simulator = await MarketSimulator.StartAsync(options, stop);
        open.Ready($"open at {simulator.Endpoint}");
        await simulator.Completion.WaitAsync(stop);
    }
}
