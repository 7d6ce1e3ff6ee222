using StockPipeline.Hosting;
using StockPipeline.RatesService;

var builder = PipelineHost.CreateBuilder(args);
builder.AddRates();
return await builder.RunAsync();
