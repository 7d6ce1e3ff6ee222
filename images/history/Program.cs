using StockPipeline.History;
using StockPipeline.Hosting;

var builder = PipelineHost.CreateBuilder(args);
builder.AddHistory();
return await builder.RunAsync();
