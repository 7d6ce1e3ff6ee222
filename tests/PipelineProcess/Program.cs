using StockPipeline.Hosting;
using StockPipeline.PipelineProcess;

// Some of the pipeline's services in one process, as they run in production: which ones, SERVICES says. Its tests kill it.
return await ServiceRunner.RunAsync(Roster.Of, args);
