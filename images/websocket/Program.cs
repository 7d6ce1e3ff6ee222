using StockPipeline.Hosting;
using StockPipeline.Websocket;

return await ServiceRunner.RunAsync("websocket", WebsocketService.Create, args);
