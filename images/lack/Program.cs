using StockPipeline.Hosting;
using StockPipeline.Lack;

var builder = PipelineHost.CreateBuilder(args);
builder.AddLack();
return await builder.RunAsync();
