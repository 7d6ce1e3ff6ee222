using Microsoft.Extensions.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;
using StockPipeline.Workers;

namespace StockPipeline.CatalogApi;

/// <summary>Stores and serves the catalog for as long as it runs.</summary>
internal sealed class CatalogWorker : PipelineWorker
{
    private readonly CatalogDoor door;

    public CatalogWorker(
        IOptions<CatalogOptions> options, PipelineClient client, Health health, StatusPages pages, ServiceLoggerFactory loggers, TimeProvider clock)
    {
        health.Check("store").Starting("the topics are being read");
        door = new CatalogDoor(
            options.Value, client.Kafka, client.Topics.Catalog, client.Codecs.Catalog, health, pages.Map, loggers, clock);
    }

    protected override Task RunAsync(CancellationToken cancellationToken) => door.RunAsync(cancellationToken);
}
