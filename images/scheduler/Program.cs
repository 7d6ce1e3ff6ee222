using StockPipeline.Hosting;
using StockPipeline.Scheduler;

var builder = PipelineHost.CreateBuilder(args);
builder.AddScheduler();
return await builder.RunAsync();
