using StockPipeline.BrokerServer;
using StockPipeline.Hosting;
using StockPipeline.Hosting.Services;

var builder = PipelineHost.CreateBuilder(args);
builder.AddLegacy("broker", BrokerService.Create);
return await builder.RunAsync();
