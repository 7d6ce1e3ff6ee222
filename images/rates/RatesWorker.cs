using Microsoft.Extensions.Options;
using StockPipeline.Contracts.Alerts;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;
using StockPipeline.Rates.Sources;
using StockPipeline.RatesService.Candles;
using StockPipeline.RatesService.Links;
using StockPipeline.RatesService.Publishing;
using StockPipeline.RatesService.Rows;
using StockPipeline.RatesService.Sharing;
using StockPipeline.Streaming.Tables;
using StockPipeline.Workers;

namespace StockPipeline.RatesService;

/// <summary>
/// Collects rates of currencies from the sources that the rows of trade_info name, and publishes each with its age, and candles of all intervals.
/// Replicas share the sources; none is ever asked by two.
/// </summary>
internal sealed class RatesWorker(
    IOptions<RatesOptions> options, PipelineClient client, RowFollower rows, ILeases leases, PublishedRates published, RatePublisher publisher,
    CrossWishes wishes, HttpClient http, ModuleCatalog modules, Health health, TimeProvider clock, ServiceLoggerFactory loggers,
    ILogger<RatesWorker> log)
    : PipelineWorker
{
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var market = await FollowedClock.FollowAsync(options.Value.Clock, clock, log, cancellationToken);
        var rateCodec = await client.Codecs.RatesAsync(cancellationToken);
        var infoCodec = await client.Codecs.TradeInfoAsync(cancellationToken);
        var rateTopic = client.Kafka.WriteTo(RatesTopics.Rates, rateCodec);
        var infoTopic = client.Kafka.WriteTo(RatesTopics.TradeInfo, infoCodec);
        var candles = client.Kafka.WriteTo(
            client.Topics.Candles(Interval.OneMinute), await client.Codecs.CandlesAsync(Interval.OneMinute, cancellationToken));

        var output = new TopicOutput(rateTopic, candles);
        var links = new LinkContext(publisher, market, http, options.Value.Hosts, options.Value.KeysByModule, log);
        await using var supervisor = new LinkSupervisor(rows, leases, published, links, modules, health, clock);
        var rolled = new RateCandles(client, published, wishes, market, health);
        var rules = Table.Of<AlertRule>(AlertTopics.Rules, await client.Codecs.Alerts.RulesAsync(cancellationToken), wishes.Take);
        var mirror = new RowMirror(rows, supervisor, published, infoTopic, rateTopic, clock, loggers.CreateLogger<RowMirror>());
        await Together.RunAsync(
            cancellationToken, rows.RunAsync, mirror.RunAsync, ending => publisher.RunAsync(output, ending),
            rolled.RunAsync,
            client.Kafka.ReadTables(TableAssignment.All, wishes, rules).RunAsync,
            client.Kafka.ReadTables(TableAssignment.All, published, Table.Of(RatesTopics.Rates, rateCodec, published.Take)).RunAsync,
            client.Kafka.ReadTables(TableAssignment.All, mirror, Table.Of(RatesTopics.TradeInfo, infoCodec, mirror.Take)).RunAsync,
            async ending =>
            {
                // Feeds go on where the last replica left them: that has to be known first.
                await published.Complete.WaitAsync(ending);
                await supervisor.RunAsync(ending);
            });
    }
}
