using StockPipeline.History;
using StockPipeline.Hosting;

return await ServiceRunner.RunAsync("history", HistoryService.Create, args);
