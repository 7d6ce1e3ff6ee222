using StockPipeline.HostedProcess;
using StockPipeline.Hosting;

// A process like those of the images, whose only service does what BEHAVIOUR says; its tests look at it from outside.
return await ServiceRunner.RunAsync("sample", context => new SampleService(context), args);
