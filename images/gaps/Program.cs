using StockPipeline.Gaps;
using StockPipeline.Hosting;

return await ServiceRunner.RunAsync("gaps", GapsService.Create, args);
