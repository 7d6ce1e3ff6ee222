using StockPipeline.Config;
using StockPipeline.Hosting;
using StockPipeline.Hosting.Services;

var builder = PipelineHost.CreateBuilder(args);
builder.AddLegacy("config", ConfigService.Create);
return await builder.RunAsync();
