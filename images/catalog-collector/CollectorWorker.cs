using Microsoft.Extensions.Options;
using StockPipeline.Catalog.Listings;
using StockPipeline.CatalogCollector.Polling;
using StockPipeline.CatalogCollector.Publishing;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;
using StockPipeline.Hosting.Telemetry;
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
    private volatile Collector? collector;

    public CollectorWorker(
        IOptions<CollectorOptions> options, PipelineClient client, Health health, Metrics metrics, TimeProvider clock,
        ILogger<CollectorWorker> log)
    {
        this.options = options.Value;
        this.client = client;
        this.clock = clock;
        this.log = log;
        metrics.Ask("stockpipeline_catalog_held_prices", "Prices that leap and are not believed yet.", () => collector?.HeldPrices ?? 0);
        check = health.Check("partner");
        check.Starting("the topics are being read");
    }

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var topics = client.Topics.Catalog;
        var tables = new PartnerTables(options.Partner, options.Currency, client.Kafka, topics, client.Codecs.Catalog);
        var publisher = await Publisher.CreateAsync(options.Partner, client.Kafka, topics, client.Codecs.Catalog, cancellationToken);
        using var partner = new PartnerClient(options, clock);
        var listing = new Listing(partner, new ItemReader(options.Partner, options.Currency), options);
        var collecting = new Collector(options, client.Kafka, tables, publisher, listing, clock, log);
        collector = collecting;
        var loop = new CollectingLoop(options, collecting, tables, check, clock, log);
        await Together.RunAsync(cancellationToken, tables.RunAsync, loop.RunAsync);
    }
}
