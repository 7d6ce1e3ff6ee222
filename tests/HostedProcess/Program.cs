using StockPipeline.HostedProcess;
using StockPipeline.Hosting;
using StockPipeline.Hosting.Services;

// A process like those of the images, whose only service does what BEHAVIOUR says; its tests look at it from outside.
var builder = PipelineHost.CreateBuilder(args);
builder.AddService<SampleWorker>("sample").WithOptions<SampleOptions>().With<SampleResource>();
return await builder.RunAsync();
