using StockPipeline.Hosting;
using StockPipeline.TelegramService;

var builder = PipelineHost.CreateBuilder(args);
builder.AddTelegram();
return await builder.RunAsync();
