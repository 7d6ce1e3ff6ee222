using StockPipeline.BrokerServer;
using StockPipeline.Hosting;

return await ServiceRunner.RunAsync("broker", BrokerService.Create, args);
