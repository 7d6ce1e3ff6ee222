using Microsoft.Extensions.Options;
using StockPipeline.Config.Publishing;
using StockPipeline.Config.Schedules;
using StockPipeline.Config.Tickers;
using StockPipeline.Contracts.Connections;
using StockPipeline.Hosting;
using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;
using StockPipeline.Market.Errors;
using StockPipeline.Market.History;
using StockPipeline.Workers;

namespace StockPipeline.Config;

/// <summary>Says what the pipeline works on: what the ticker files ask for, as far as the exchange has it, and when it trades.</summary>
internal sealed class ConfigWorker(
    IOptions<ConfigOptions> options, PipelineClient client, MarketAccess access, ILogger<ConfigWorker> log, ILogger<ResilientLoop> loopLog)
    : PipelineWorker
{
    /// <summary>How often the files are looked at; edits take effect within 5 s.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly ConfigOptions settings = options.Value;
    private readonly HealthCheck ready = client.Health.Check("configuration");
    private readonly LoopProgress pulse = client.Health.Loop("looking", TimeSpan.FromMinutes(5));
    private readonly TickerFile need = new(options.Value.NeedFile, mayBeMissing: false, log);
    private readonly TickerFile notNeed = new(options.Value.NotNeedFile, mayBeMissing: true, log);
    private readonly ResilientLoop exchange = new("exchange", BackoffLimits.Patient, client.Clock, client.Health, client.Metrics, loopLog);

    /// <summary>The exchange has let us in once: a token that is refused later has expired and is waited for.</summary>
    private volatile bool isKnown;

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var table = new ConfigTable(client);
        await Together.RunAsync(cancellationToken, table.RunAsync, ending => exchange.RunAsync(
            session => KeepAsync(table, session), failure => failure is InvestApiException refused && (isKnown || !refused.IsTokenRejected), ending));
    }

    private async Task KeepAsync(ConfigTable table, CancellationToken stop)
    {
        var writer = client.Kafka.WriteTo(client.Topics.Config, await client.Codecs.ConfigAsync(stop));
        await table.Complete.WaitAsync(stop);
        var market = await access.ClockAsync(stop);
        using var api = access.Connect(market);
        var history = new CandleHistory(api, market, client.Logger<CandleHistory>());
        var shares = new ShareList(api, log);
        var keeper = new ConfigKeeper(table, writer, new ScheduleReader(api, history, market, log), shares, market, settings.CalendarDays, log);
        var (clock, sharesDue, isNew) = (client.Clock, DateTimeOffset.MinValue, true);
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

public static class ConfigRegistration
{
    public static ServiceRegistration AddConfig(this IHostApplicationBuilder builder, string name = "config", params IEnumerable<Setting> settings) =>
        builder.AddService<ConfigWorker>(name, settings).WithOptions<ConfigOptions>().WithPipelineClient().WithMarketAccess();
}
