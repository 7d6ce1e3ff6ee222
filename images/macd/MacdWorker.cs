using Microsoft.Extensions.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;
using StockPipeline.Hosting.Telemetry;
using StockPipeline.IndicatorValues;
using StockPipeline.Workers;

namespace StockPipeline.Macd;

/// <summary>
/// MACD of every instrument of one interval. Owns no state that the topics do not hold: at the start it reads candles and values, calculates,
/// and publishes the differences, so a crash, a restart, a rebalance or other periods leave no wrong, missing or double value.
/// </summary>
internal sealed class MacdWorker(
    IOptions<MacdOptions> options, PipelineClient client, Health health, Metrics metrics, TombstoneKeys keys, ILogger<MacdWorker> log)
    : PipelineWorker
{
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var (settings, topics, codecs) = (options.Value, client.Topics, client.Codecs);
        var interval = settings.Interval;
        var telemetry = new ValueTelemetry(metrics, keys, log, "macd");
        var tables = new ValueTables(interval, settings.HistoryOrUsual, client.Kafka, telemetry, health);
        tables.Read(topics.Candles(interval), await codecs.CandlesAsync(interval, cancellationToken));
        tables.Add(
            settings.Indicator, topics.Macd(interval), await codecs.MacdAsync(interval, cancellationToken), new MacdRecords(settings.Parameters));
        tables.AddSignals(topics.Signals, await codecs.SignalsAsync(cancellationToken));
        await tables.RunAsync($"macd-{interval}", calendar: null, cancellationToken);
    }
}
