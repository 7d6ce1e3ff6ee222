using StockPipeline.CatalogCollector;
using StockPipeline.Hosting;

var builder = PipelineHost.CreateBuilder(args);
builder.AddCatalogCollector();
return await builder.RunAsync();
