using StockPipeline.Hosting;
using StockPipeline.Macd;

return await ServiceRunner.RunAsync("macd", MacdService.Create, args);
