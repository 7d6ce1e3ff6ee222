using StockPipeline.BrokerServer;
using StockPipeline.Hosting;

var builder = PipelineHost.CreateBuilder(args);
builder.AddBroker();
return await builder.RunAsync();
