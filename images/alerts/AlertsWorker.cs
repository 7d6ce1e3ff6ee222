using Microsoft.Extensions.Options;
using StockPipeline.Contracts.Alerts;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;
using StockPipeline.Hosting.Telemetry;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Streaming.Tables;
using StockPipeline.Workers;

namespace StockPipeline.AlertsService;

/// <summary>
/// Holds the rules against candles and values, and says what happened. Replicas share the instruments. Owns no state that the topics do not hold:
/// what it finds said already it does not say again.
/// </summary>
internal sealed class AlertsWorker(
    IOptions<AlertsOptions> options, PipelineClient client, Health health, Metrics metrics, TombstoneKeys keys, TimeProvider clock,
    ILogger<AlertsWorker> log)
    : PipelineWorker
{
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var ready = health.Check("alerts");
        ready.Starting("candles are being read");
        var market = await FollowedClock.FollowAsync(options.Value.Clock, clock, log, cancellationToken);
        var codecs = client.Codecs;
        var events = await codecs.Alerts.EventsAsync(cancellationToken);
        var config = new ConfigTable(client);
        var writer = client.Kafka.WriteTo(AlertTopics.Events, events);
        var output = new EventOutput(writer, market, metrics, log);
        var tables = new AlertTables(
            options.Value.History, client.Topics.Indicators, output, config, market, keys, client.Kafka.FlushAsync, ready, health, log);
        var read = new List<Table> { Table.Owned<AlertEvent>(AlertTopics.Events, events, tables.TakeFound, writer) };
        foreach (var interval in Interval.All)
        {
            read.Add(Table.Of<Candle>(client.Topics.Candles(interval), await codecs.CandlesAsync(interval, cancellationToken),
                (partition, records) => tables.TakeCandles(partition, interval, records)));
            read.Add(Table.Of<MacdValue>(client.Topics.Macd(interval), await codecs.MacdAsync(interval, cancellationToken),
                (partition, records) => tables.TakeMacd(partition, interval, records)));
            foreach (var slug in client.Topics.Indicators)
            {
                if (!IndicatorCatalogue.TryParseSlug(slug, out var indicator))
                    throw new InvalidOperationException($"There is no indicator that topics call {slug}.");
                read.Add(Table.Of<IndicatorValue>(
                    PipelineTopics.OfIndicator(slug, interval), await codecs.IndicatorAsync(slug, interval, cancellationToken),
                    (partition, records) => tables.TakeValues(partition, interval, indicator, records)));
            }
        }
        var rules = Table.Of<AlertRule>(AlertTopics.Rules, await codecs.Alerts.RulesAsync(cancellationToken), tables.TakeRules);
        await Together.RunAsync(
            cancellationToken,
            config.RunAsync,
            client.Kafka.ReadTables(TableAssignment.All, tables.Rules, rules).RunAsync,
            client.Kafka.ReadTables(TableAssignment.Group("alerts"), tables, [.. read]).RunAsync);
    }
}
