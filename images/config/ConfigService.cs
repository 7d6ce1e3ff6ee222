using StockPipeline.Config.Publishing;
using StockPipeline.Config.Schedules;
using StockPipeline.Config.Tickers;
using StockPipeline.Contracts.Connections;
using StockPipeline.Hosting;
using StockPipeline.Hosting.Status;
using StockPipeline.Market.Errors;
using StockPipeline.Market.History;
using StockPipeline.Workers;

namespace StockPipeline.Config;

/// <summary>Says what the pipeline works on: what the ticker files ask for, as far as the exchange has it, and when it trades.</summary>
public sealed class ConfigService : IService, IAsyncDisposable
{
    /// <summary>How often the files are looked at; edits take effect within 5 s.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly PipelineClient client;
    private readonly MarketAccess access;
    private readonly ConfigSettings settings;
    private readonly ILogger log;
    private readonly HealthCheck ready;
    private readonly LoopProgress pulse;
    private readonly TickerFile need;
    private readonly TickerFile notNeed;
    private readonly ResilientLoop exchange;
    /// <summary>The exchange has let us in once: a token that is refused later has expired and is waited for.</summary>
    private volatile bool isKnown;

    private ConfigService(ServiceContext context)
    {
        client = new PipelineClient(context);
        access = new MarketAccess(context);
        settings = ConfigSettings.From(context.Settings);
        log = context.Logger<ConfigService>();
        ready = context.Health.Check("configuration");
        pulse = context.Health.Loop("looking", TimeSpan.FromMinutes(5));
        exchange = new ResilientLoop(
            "exchange", BackoffLimits.Patient, context.Clock, context.Health, context.Metrics, context.Logger<ResilientLoop>());
        need = new TickerFile(settings.NeedFile, mayBeMissing: false, log);
        notNeed = new TickerFile(settings.NotNeedFile, mayBeMissing: true, log);
    }

    public static IService Create(ServiceContext context) => new ConfigService(context);

    public async Task RunAsync(CancellationToken stop)
    {
        var table = new ConfigTable(client);
        await Together.RunAsync(stop, table.RunAsync, ending => exchange.RunAsync(
            session => KeepAsync(table, session), failure => failure is InvestApiException refused && (isKnown || !refused.IsTokenRejected), ending));
    }

    public ValueTask DisposeAsync() => client.DisposeAsync();

    private async Task KeepAsync(ConfigTable table, CancellationToken stop)
    {
        var writer = client.Kafka.WriteTo(client.Topics.Config, await client.Codecs.ConfigAsync(stop));
        await table.Complete.WaitAsync(stop);
        var market = await access.ClockAsync(stop);
        using var api = access.Connect(market);
        var history = new CandleHistory(api, market, client.Context.Logger<CandleHistory>());
        var shares = new ShareList(api, log);
        var keeper = new ConfigKeeper(table, writer, new ScheduleReader(api, history, market, log), shares, market, settings.CalendarDays, log);
        var (clock, sharesDue, isNew) = (client.Context.Clock, DateTimeOffset.MinValue, true);
        while (!stop.IsCancellationRequested)
        {
            pulse.Beat();
            var changed = await need.LookAsync(stop) | await notNeed.LookAsync(stop) | isNew;
            if (clock.GetUtcNow() >= sharesDue)
            {
                changed |= await shares.RefreshAsync(stop);
                sharesDue = clock.GetUtcNow() + settings.SharesEvery;
            }
            if (need.IsKnown && shares.All.Count > 0)
            {
                await (changed ? FollowAsync(keeper, shares, stop) : keeper.FollowCalendarAsync([.. table.Current.Instruments.Values], stop));
                isNew = false;
            }
            exchange.Succeeded();
            isKnown = true;
            await Task.Delay(LookEvery, clock, stop);
        }
    }

    private async Task FollowAsync(ConfigKeeper keeper, ShareList shares, CancellationToken stop)
    {
        var selection = Selection.Of(shares.All, need.List, notNeed.List);
        foreach (var warning in selection.Warnings)
            Log.TickerUnknown(log, need.Name, warning);
        await keeper.FollowAsync(selection.Instruments, stop);
        ready.Ready($"{selection.Instruments.Count} instruments");
    }
}
