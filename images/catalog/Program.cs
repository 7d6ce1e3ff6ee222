using StockPipeline.CatalogApi;
using StockPipeline.CatalogApi.Rehearsing;
using StockPipeline.Hosting;

// The same program serves the catalog and, as "catalog rehearse rules.json", shows what other rules would change before anybody sees it.
if (args is ["rehearse", .. var rest])
{
    var rehearsal = PipelineHost.CreateBuilder(rest is [_, .. var more] ? more : []);
    rehearsal.AddRehearsal(rest is [var rules, ..] ? [("CATALOG_RULES", rules)] : []);
    return await rehearsal.RunAsync();
}
var builder = PipelineHost.CreateBuilder(args);
builder.AddCatalog();
return await builder.RunAsync();
