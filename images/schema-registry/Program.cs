using StockPipeline.Hosting;
using StockPipeline.Hosting.Services;
using StockPipeline.SchemaRegistryServer;

var builder = PipelineHost.CreateBuilder(args);
builder.AddLegacy(SchemaRegistryService.Name, context => new SchemaRegistryService(context));
return await builder.RunAsync();
