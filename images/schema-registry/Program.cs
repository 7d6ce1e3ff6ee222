using StockPipeline.Hosting;
using StockPipeline.SchemaRegistryServer;

var builder = PipelineHost.CreateBuilder(args);
builder.AddSchemaRegistry();
return await builder.RunAsync();
