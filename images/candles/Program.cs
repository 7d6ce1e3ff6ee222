using StockPipeline.Candles;
using StockPipeline.Hosting;
using StockPipeline.Hosting.Services;

var builder = PipelineHost.CreateBuilder(args);
builder.AddLegacy("candles", CandlesService.Create);
return await builder.RunAsync();
