using StockPipeline.Hosting;
using StockPipeline.Hosting.Services;
using StockPipeline.Simulator;
using StockPipeline.Simulator.Currencies;
using StockPipeline.Simulator.Replay;

// The same program plays a market and, as "simulator record", writes down one that can be played again.
var records = args is ["record", ..];
var builder = PipelineHost.CreateBuilder(records ? args[1..] : args);
if (records)
    builder.AddLegacy("recorder", RecorderService.Create);
else
{
    builder.AddLegacy("simulator", SimulatorService.Create);
    builder.AddCurrencyWorlds();
}
return await builder.RunAsync();
