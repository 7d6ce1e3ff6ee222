using StockPipeline.Hosting;
using StockPipeline.RatesApi;

var builder = PipelineHost.CreateBuilder(args);
builder.AddRatesApi();
return await builder.RunAsync();
