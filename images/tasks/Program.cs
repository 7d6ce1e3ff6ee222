using StockPipeline.Hosting;
using StockPipeline.TaskWorkers;

var builder = PipelineHost.CreateBuilder(args);
builder.AddTasks();
return await builder.RunAsync();
