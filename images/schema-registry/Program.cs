using StockPipeline.Hosting;
using StockPipeline.SchemaRegistryServer;

return await ServiceRunner.RunAsync(SchemaRegistryService.Name, context => new SchemaRegistryService(context), args);
