using StockPipeline.Hosting;
using StockPipeline.Simulator;
using StockPipeline.Simulator.Replay;

// The same program plays a market and, as "simulator record", writes down one that can be played again.
return args is ["record", .. var settings]
    ? await ServiceRunner.RunAsync("recorder", RecorderService.Create, settings)
    : await ServiceRunner.RunAsync("simulator", SimulatorService.Create, args);
