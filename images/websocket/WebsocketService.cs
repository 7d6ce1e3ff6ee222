using System.Diagnostics.CodeAnalysis;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Fanout.Broadcasting;
using StockPipeline.Hosting;
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
public sealed class WebsocketService : IService, IFeeds, IAsyncDisposable
{
    private readonly PipelineClient client;
    private readonly WebsocketSettings settings;
    private readonly HealthCheck ready;
    private readonly ILogger log;
    private readonly BroadcastCounts counts;
    private volatile InstrumentFeeds? feeds;
    private volatile string waiting = "the configuration is being read";

    private WebsocketService(ServiceContext context)
    {
        client = new PipelineClient(context);
        settings = WebsocketSettings.From(context.Settings, client.Topics);
        ready = context.Health.Check("values");
        log = context.Logger<WebsocketService>();
        context.Metrics.Ask("stockpipeline_websocket_clients", "Websocket clients connected to the values.", () => feeds?.Values.Clients ?? 0);
        context.Metrics.Ask("stockpipeline_websocket_candle_clients", "Websocket clients connected to the candles.", () =>
            feeds?.Candles.Clients ?? 0);
        var published = context.Metrics.Counter("stockpipeline_websocket_frames_published_total", "Frames published to all clients of the values.");
        var conflations = context.Metrics.Counter("stockpipeline_websocket_conflations_total", "Times a slow client was brought up to date.");
        counts = new BroadcastCounts(published.Increment, times => conflations.Increment(times));
    }

    public string? NotReady => feeds is { } current ? current.NotReady : waiting;

    public static IService Create(ServiceContext context) => new WebsocketService(context);

    public bool TryFind(string path, [NotNullWhen(true)] out Feed? feed)
    {
        feed = null;
        return feeds?.TryFind(path, out feed) == true;
    }

    public async Task RunAsync(CancellationToken stop)
    {
        await using var server = await BroadcastServer.StartAsync(
            settings.Address, settings.Limits, this, MapPages, client.Context.Clock,
            client.Context.LoggerFactory);
        Log.Listening(log, settings.Address.Address, server.Port, settings.Interval);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var config = new ConfigTable(client);
        var reading = config.RunAsync(ending.Token);
        var serving = ServeAsync(config, ending.Token);
        await Task.WhenAny(reading, serving);
        await ending.CancelAsync();
        await Task.WhenAll(Quiet(reading, stop), Quiet(serving, stop));
    }

    public ValueTask DisposeAsync() => client.DisposeAsync();

    private void MapPages(IEndpointRouteBuilder routes)
    {
        client.Context.Pages?.Map(routes);
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
        using var current = new InstrumentFeeds(instrument, settings.Interval, settings.Limits, client.Context.Clock, counts);
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
