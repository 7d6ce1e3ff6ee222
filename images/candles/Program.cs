using StockPipeline.Candles;
using StockPipeline.Hosting;

var builder = PipelineHost.CreateBuilder(args);
builder.AddCandles();
return await builder.RunAsync();
