using StockPipeline.Hosting;
using StockPipeline.IndicatorService;

var builder = PipelineHost.CreateBuilder(args);
builder.AddIndicators();
return await builder.RunAsync();
