using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Fanout.Broadcasting;
using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;
using StockPipeline.Streaming.Tables;
using StockPipeline.Websocket.Connections;
using StockPipeline.Websocket.Feeds;
using StockPipeline.Websocket.Page;
using StockPipeline.Fanout.Protocol;
using StockPipeline.Workers;

namespace StockPipeline.Websocket;

/// <summary>
/// Broadcasts one instrument's values of one interval on one port. The port is open from the start and says what it waits for; while the
/// instrument is not followed, clients are told so and let in again when it is.
/// </summary>
internal sealed class WebsocketWorker : PipelineWorker, IFeeds
{
    private readonly PipelineClient client;
    private readonly WebsocketSettings settings;
    private readonly StatusPages pages;
    private readonly ServiceLoggerFactory loggers;
    private readonly HealthCheck ready;
    private readonly ILogger log;
    private readonly BroadcastCounts counts;
    private volatile InstrumentFeeds? feeds;
    private volatile string waiting = "the configuration is being read";

    public WebsocketWorker(
        IOptions<WebsocketOptions> options, PipelineClient client, StatusPages pages, ServiceLoggerFactory loggers, ILogger<WebsocketWorker> log)
    {
        (this.client, this.pages, this.loggers, this.log) = (client, pages, loggers, log);
        settings = options.Value.Settings(client.Topics);
        ready = client.Health.Check("values");
        var metrics = client.Metrics;
        metrics.Ask("stockpipeline_websocket_clients", "Websocket clients connected to the values.", () => feeds?.Values.Clients ?? 0);
        metrics.Ask("stockpipeline_websocket_candle_clients", "Websocket clients connected to the candles.", () => feeds?.Candles.Clients ?? 0);
        var published = metrics.Counter("stockpipeline_websocket_frames_published_total", "Frames published to all clients of the values.");
        var conflations = metrics.Counter("stockpipeline_websocket_conflations_total", "Times a slow client was brought up to date.");
        counts = new BroadcastCounts(published.Increment, times => conflations.Increment(times));
    }

    public string? NotReady => feeds is { } current ? current.NotReady : waiting;

    public bool TryFind(string path, [NotNullWhen(true)] out Feed? feed)
    {
        feed = null;
        return feeds?.TryFind(path, out feed) == true;
    }

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var server = await BroadcastServer.StartAsync(
            settings.Address, settings.Limits, this, MapPages, client.Clock, loggers);
        Log.Listening(log, settings.Address.Address, server.Port, settings.Interval);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var config = new ConfigTable(client);
        var reading = config.RunAsync(ending.Token);
        var serving = ServeAsync(config, ending.Token);
        await Task.WhenAny(reading, serving);
        await ending.CancelAsync();
        await Task.WhenAll(Quiet(reading, cancellationToken), Quiet(serving, cancellationToken));
    }

    private void MapPages(IEndpointRouteBuilder routes)
    {
        pages.Map(routes);
        AboutIndicator.Map(routes, settings.Topic);
    }

    /// <summary>Serves the instrument whenever, and as long as, the configuration names it.</summary>
    private async Task ServeAsync(ConfigTable config, CancellationToken stop)
    {
        var snapshot = await config.Complete.WaitAsync(stop);
        while (!stop.IsCancellationRequested)
        {
            if (Find(snapshot) is { } instrument)
                snapshot = await ServeAsync(instrument, config, snapshot, stop);
            else
                snapshot = await WaitAsync(config, snapshot, stop);
        }
    }

    private async Task<ConfigSnapshot> WaitAsync(ConfigTable config, ConfigSnapshot snapshot, CancellationToken stop)
    {
        waiting = $"{settings.Ticker ?? settings.Figi?.Value} is not among the instruments that are followed";
        ready.Starting(waiting);
        return await config.AfterAsync(snapshot, stop);
    }

    private async Task<ConfigSnapshot> ServeAsync(Instrument instrument, ConfigTable config, ConfigSnapshot snapshot, CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var current = new InstrumentFeeds(instrument, settings.Interval, settings.Limits, client.Clock, counts);
        feeds = current;
        var reading = ReadAsync(instrument, current, ending.Token);
        var (code, reason) = (CloseCode.GoingAway, "the service stops");
        try
        {
            while (Find(snapshot) is { } found && (found.Figi, found.Ticker) == (instrument.Figi, instrument.Ticker))
            {
                var changed = config.AfterAsync(snapshot, ending.Token);
                var first = await Task.WhenAny(changed, reading, current.Completion);
                if (first != changed)
                {
                    await first;
                    throw new InvalidOperationException($"Reading {instrument.Ticker} ended by itself.");
                }
                snapshot = await changed;
            }
            (code, reason) = (CloseCode.InstrumentRemoved, $"{instrument.Ticker} has another name or is no longer followed");
        }
        finally
        {
            await current.CloseAsync(code, reason);
            feeds = null;
            await ending.CancelAsync();
            await Quiet(reading, ending.Token);
        }
        return snapshot;
    }

    private async Task ReadAsync(Instrument instrument, InstrumentFeeds current, CancellationToken stop)
    {
        ready.Starting($"the values of {instrument.Ticker} are being read");
        var (candles, values) = (client.Topics.Candles(settings.Interval), settings.Topic.Declaration(client.Topics));
        var candleCodec = await client.Codecs.CandlesAsync(settings.Interval, stop);
        var valueTable = settings.Topic.Indicator is { } indicator
            ? Table.Of<IndicatorValue>(values, await client.Codecs.IndicatorAsync(indicator.Slug, settings.Interval, stop), current.TakeValues)
            : Table.Of<MacdValue>(values, await client.Codecs.MacdAsync(settings.Interval, stop), current.TakeValues);
        var reader = client.Kafka.ReadTables(
            TableAssignment.Of(FigiPartition.Of(instrument.Figi, values.Partitions)), new ReadyHandler(current, ready),
            Table.Of(candles, candleCodec, current.TakeCandles), valueTable);
        await reader.RunAsync(stop);
    }

    private Instrument? Find(ConfigSnapshot snapshot)
    {
        if (settings.Figi is { } figi)
            return snapshot.Instruments.GetValueOrDefault(figi);
        return snapshot.Instruments.Values.Where(one => one.Ticker == settings.Ticker).MinBy(one => one.Figi);
    }

    private static async Task Quiet(Task task, CancellationToken stop)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested || task.IsCanceled)
        {
            // Ended because it was told to.
        }
    }
}

public static class WebsocketRegistration
{
    public static ServiceRegistration AddWebsocket(this IHostApplicationBuilder builder,
        string name = "websocket", params IEnumerable<Setting> settings) =>
        builder.AddService<WebsocketWorker>(name, settings).WithOptions<WebsocketOptions>().WithPipelineClient();
}
