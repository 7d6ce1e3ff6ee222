using StockPipeline.Hosting;
using StockPipeline.Hosting.Services;
using StockPipeline.Macd;

var builder = PipelineHost.CreateBuilder(args);
builder.AddLegacy("macd", MacdService.Create);
return await builder.RunAsync();
