using StockPipeline.Hosting;
using StockPipeline.RatesApi;
using StockPipeline.RatesApi.Connections;

InlineSockets.Prefer();
var builder = PipelineHost.CreateBuilder(args);
builder.AddRatesApi();
return await builder.RunAsync();
