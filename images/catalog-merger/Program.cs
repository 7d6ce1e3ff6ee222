using StockPipeline.CatalogMerger;
using StockPipeline.Hosting;

var builder = PipelineHost.CreateBuilder(args);
builder.AddCatalogMerger();
return await builder.RunAsync();
