using StockPipeline.Hosting;

namespace StockPipeline.Simulator;

/// <summary>The simulator as one service of a process.</summary>
public sealed class SimulatorService(SimulatorOptions options, ServiceContext context) : IService
{
    public static IService Create(ServiceContext context) =>
        new SimulatorService(SimulatorSettings.Read(context.Settings, context.LoggerFactory, context.Clock), context);

    public async Task RunAsync(CancellationToken stop)
    {
        var open = context.Health.Check("market");
        await using var simulator = await MarketSimulator.StartAsync(options, stop);
        open.Ready($"open at {simulator.Endpoint}");
        await simulator.Completion.WaitAsync(stop);
    }
}
