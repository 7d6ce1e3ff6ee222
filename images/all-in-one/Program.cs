using StockPipeline.AllInOne;
using StockPipeline.Hosting;

return await ServiceRunner.RunAsync(Composition.Of, args);
