using StockPipeline.Gaps;
using StockPipeline.Hosting;

var builder = PipelineHost.CreateBuilder(args);
builder.AddGaps();
return await builder.RunAsync();
