using StockPipeline.AllInOne;
using StockPipeline.AllInOne.Watching;
using StockPipeline.Hosting;

var builder = PipelineHost.CreateBuilder(args);
var (output, files) = TerminalOutput.Begin(builder);
// Closed last: what is said at the very end is wanted most.
await using var log = files;
builder.AddWholePipeline(output);
return await builder.RunAsync();
