using StockPipeline.AlertsService;
using StockPipeline.Hosting;

var builder = PipelineHost.CreateBuilder(args);
builder.AddAlerts();
return await builder.RunAsync();
