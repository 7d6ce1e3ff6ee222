using Microsoft.Extensions.Options;
using StockPipeline.Catalog.Listings;
using StockPipeline.CatalogCollector.Polling;
using StockPipeline.CatalogCollector.Publishing;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;
using StockPipeline.Workers;

namespace StockPipeline.CatalogCollector;

/// <summary>Collects one partner's listings for as long as it runs.</summary>
internal sealed class CollectorWorker : PipelineWorker
{
    private readonly CollectorOptions options;
    private readonly PipelineClient client;
    private readonly TimeProvider clock;
    private readonly ILogger<CollectorWorker> log;
    private readonly HealthCheck check;

    public CollectorWorker(
        IOptions<CollectorOptions> options, PipelineClient client, Health health, TimeProvider clock, ILogger<CollectorWorker> log)
    {
        this.options = options.Value;
        this.client = client;
        this.clock = clock;
        this.log = log;
        check = health.Check("partner");
        check.Starting("the topics are being read");
    }

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var topics = client.Topics.Catalog;
        var tables = new PartnerTables(options.Partner, client.Kafka, topics, client.Codecs.Catalog);
        var publisher = await Publisher.CreateAsync(options.Partner, client.Kafka, topics, client.Codecs.Catalog, cancellationToken);
        using var partner = new PartnerClient(options, clock);
        var listing = new Listing(partner, new ItemReader(options.Partner, options.Currency), options);
        var collector = new Collector(options, client.Kafka, tables, publisher, listing, clock, log);
        var loop = new CollectingLoop(options, collector, tables, check, clock, log);
        await Together.RunAsync(cancellationToken, tables.RunAsync, loop.RunAsync);
    }
}
