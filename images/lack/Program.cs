using StockPipeline.Hosting;
using StockPipeline.Hosting.Services;
using StockPipeline.Lack;

var builder = PipelineHost.CreateBuilder(args);
builder.AddLegacy("lack", LackService.Create);
return await builder.RunAsync();
