using StockPipeline.Hosting;
using StockPipeline.Websocket;

var builder = PipelineHost.CreateBuilder(args);
builder.AddWebsocket();
return await builder.RunAsync();
