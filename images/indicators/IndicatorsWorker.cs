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
/// not hold: another list publishes what is new and touches nothing else. When people change the list, all is read anew with the new one.
/// </summary>
internal sealed class IndicatorsWorker(
    IOptions<IndicatorsOptions> options, PipelineClient client, Health health, Metrics metrics, TombstoneKeys keys,
    ILogger<IndicatorsWorker> log)
    : PipelineWorker
{
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var promoted = new PromotedIndicators(client);
        var telemetry = new ValueTelemetry(metrics, keys, log, "indicators");
        await Together.RunAsync(cancellationToken, promoted.RunAsync, async ending =>
        {
            await promoted.Complete.WaitAsync(ending);
            while (true)
                await WhileTrueAsync(promoted, telemetry, ending);
        });
    }

    /// <summary>Calculates the list there is, until it is another one.</summary>
    private async Task WhileTrueAsync(PromotedIndicators promoted, ValueTelemetry telemetry, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var list = promoted.Current;
        var calculating = CalculateAsync([.. list.Select(one => one.Indicator)], telemetry, stop.Token);
        var changed = promoted.AfterAsync(list, stop.Token);
        await Task.WhenAny(calculating, changed);
        await stop.CancelAsync();
        try
        {
            // All that was sent is acknowledged when this is over: the next reading finds it.
            await calculating;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // It ended because it was to end.
        }
        await ((Task)changed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        if (!changed.IsCompletedSuccessfully)
            throw new InvalidOperationException("The calculation has ended though nobody asked it to.");
    }

    private async Task CalculateAsync(IReadOnlyList<Indicator> more, ValueTelemetry telemetry, CancellationToken cancellationToken)
    {
        var (interval, codecs) = (options.Value.Interval, client.Codecs);
        var tables = new ValueTables(interval, options.Value.History, client.Kafka, telemetry, health);
        tables.Read(client.Topics.Candles(interval), await codecs.CandlesAsync(interval, cancellationToken));
        Indicator[] indicators = [.. client.Topics.Indicators.Select(Parse), .. more];
        foreach (var indicator in indicators)
        {
            var topic = PipelineTopics.OfIndicator(indicator.Slug, interval);
            tables.Add(indicator, topic, await codecs.IndicatorAsync(indicator.Slug, interval, cancellationToken), new IndicatorRecords(indicator));
        }
        tables.AddSignals(client.Topics.Signals, await codecs.SignalsAsync(cancellationToken));
        Log.Calculating(log, interval, string.Join(' ', indicators.Select(one => one.Slug)));
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

    private static Indicator Parse(string slug) => IndicatorCatalogue.TryParseSlug(slug, out var indicator)
        ? indicator
        : throw new InvalidOperationException($"There is no indicator that topics call {slug}.");
}
