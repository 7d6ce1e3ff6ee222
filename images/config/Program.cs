using StockPipeline.Config;
using StockPipeline.Hosting;

return await ServiceRunner.RunAsync("config", ConfigService.Create, args);
