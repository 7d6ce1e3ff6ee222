using StockPipeline.Gaps;
using StockPipeline.Hosting;
using StockPipeline.Hosting.Services;

var builder = PipelineHost.CreateBuilder(args);
builder.AddLegacy("gaps", GapsService.Create);
return await builder.RunAsync();
