using StockPipeline.Hosting;
using StockPipeline.PolygonCollector;

var builder = PipelineHost.CreateBuilder(args);
builder.AddPolygon();
return await builder.RunAsync();
