using StockPipeline.Hosting;
using StockPipeline.Simulator;

return await ServiceRunner.RunAsync("simulator", SimulatorService.Create, args);
