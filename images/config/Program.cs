using StockPipeline.Config;
using StockPipeline.Hosting;

var builder = PipelineHost.CreateBuilder(args);
builder.AddConfig();
return await builder.RunAsync();
