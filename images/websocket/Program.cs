using StockPipeline.Hosting;
using StockPipeline.Hosting.Services;
using StockPipeline.Websocket;

var builder = PipelineHost.CreateBuilder(args);
builder.AddLegacy("websocket", WebsocketService.Create);
return await builder.RunAsync();
