using StockPipeline.AllInOne;
using StockPipeline.Hosting;

var builder = PipelineHost.CreateBuilder(args);
builder.AddWholePipeline();
return await builder.RunAsync();
