using Microsoft.Extensions.Options;
using StockPipeline.Contracts.Topics;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;
using StockPipeline.Hosting.Telemetry;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.IndicatorValues;
using StockPipeline.Workers;

namespace StockPipeline.IndicatorService;

/// <summary>
/// Every indicator of the list, for every instrument of one interval, over candles that are read and kept once. Owns no state that the topics do
/// not hold: another list publishes what is new and touches nothing else.
/// </summary>
internal sealed class IndicatorsWorker(
    IOptions<IndicatorsOptions> options, PipelineClient client, Health health, Metrics metrics, TombstoneKeys keys,
    ILogger<IndicatorsWorker> log)
    : PipelineWorker
{
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var (interval, codecs) = (options.Value.Interval, client.Codecs);
        var telemetry = new ValueTelemetry(metrics, keys, log, "indicators");
        var tables = new ValueTables(interval, options.Value.History, client.Kafka, telemetry, health);
        tables.Read(client.Topics.Candles(interval), await codecs.CandlesAsync(interval, cancellationToken));
        foreach (var slug in client.Topics.Indicators)
        {
            if (!IndicatorCatalogue.TryParseSlug(slug, out var indicator))
                throw new InvalidOperationException($"There is no indicator that topics call {slug}.");
            var topic = PipelineTopics.OfIndicator(slug, interval);
            tables.Add(indicator, topic, await codecs.IndicatorAsync(slug, interval, cancellationToken), new IndicatorRecords(indicator));
        }
        tables.AddSignals(client.Topics.Signals, await codecs.SignalsAsync(cancellationToken));
        Log.Calculating(log, interval, string.Join(' ', client.Topics.Indicators));
        if (!tables.NeedSessions)
        {
            await tables.RunAsync($"indicators-{interval}", calendar: null, cancellationToken);
            return;
        }
        var config = new ConfigTable(client);
        await Together.RunAsync(cancellationToken, config.RunAsync, async ending =>
        {
            // Without the calendar every session would first be a day, and then be repaired.
            await config.Complete.WaitAsync(ending);
            await tables.RunAsync($"indicators-{interval}", new CandleSessions(() => config.Current, interval), ending);
        });
    }
}
