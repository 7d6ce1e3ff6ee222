using StockPipeline.History;
using StockPipeline.Hosting;
using StockPipeline.Hosting.Services;

var builder = PipelineHost.CreateBuilder(args);
builder.AddLegacy("history", HistoryService.Create);
return await builder.RunAsync();
