using StockPipeline.Candles;
using StockPipeline.Hosting;

return await ServiceRunner.RunAsync("candles", CandlesService.Create, args);
