using StockPipeline.Hosting;
using StockPipeline.Macd;

var builder = PipelineHost.CreateBuilder(args);
builder.AddMacd();
return await builder.RunAsync();
