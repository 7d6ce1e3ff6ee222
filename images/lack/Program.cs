using StockPipeline.Hosting;
using StockPipeline.Lack;

return await ServiceRunner.RunAsync("lack", LackService.Create, args);
