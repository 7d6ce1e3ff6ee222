using StockPipeline.Hosting;
using StockPipeline.Hosting.Options;
using StockPipeline.PipelineProcess;

// Some of the pipeline's services in one process, as they run in production: which ones, SERVICES says. Its tests kill it.
var builder = PipelineHost.CreateBuilder(args);
foreach (var service in (builder.ReadOptions<ProcessServices>().Services ?? string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries))
    builder.AddNamed(service);
return await builder.RunAsync();
