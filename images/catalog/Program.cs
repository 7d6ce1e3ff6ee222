using StockPipeline.CatalogApi;
using StockPipeline.CatalogApi.Rehearsing;
using StockPipeline.Hosting;

// The same program serves the catalog and, as "catalog rehearse rules.json", shows what other rules would change before anybody sees it.
if (args is ["rehearse", .. var rest])
{
    // What is shown is the answer: of the log only what is amiss.
    string[] told = ["LOG_LEVEL=warning", .. rest.Skip(1)];
    var rehearsal = PipelineHost.CreateBuilder(told);
    rehearsal.AddRehearsal(rest is [var rules, ..] ? [("CATALOG_RULES", rules)] : []);
    return await rehearsal.RunAsync();
}
var builder = PipelineHost.CreateBuilder(args);
builder.AddCatalog();
return await builder.RunAsync();
