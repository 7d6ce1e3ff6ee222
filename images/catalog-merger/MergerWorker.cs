using Microsoft.Extensions.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;
using StockPipeline.Workers;

namespace StockPipeline.CatalogMerger;

/// <summary>Merges for as long as it runs.</summary>
internal sealed class MergerWorker : PipelineWorker
{
    private readonly MergerOptions options;
    private readonly PipelineClient client;
    private readonly Health health;
    private readonly TimeProvider clock;

    public MergerWorker(IOptions<MergerOptions> options, PipelineClient client, Health health, TimeProvider clock)
    {
        this.options = options.Value;
        this.client = client;
        this.health = health;
        this.clock = clock;
        health.Check("products").Starting("items are being read");
    }

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var rules = await options.ReadRulesAsync(cancellationToken);
        await new Merger(rules, options.StaleAfter, client.Kafka, client.Topics.Catalog, client.Codecs.Catalog, health, clock)
            .RunAsync(cancellationToken);
    }
}
