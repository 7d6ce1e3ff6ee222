using Microsoft.Extensions.Options;
using StockPipeline.Contracts.Connections;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;
using StockPipeline.Market.Clock;
using StockPipeline.Polygon;
using StockPipeline.Polygon.Live;
using StockPipeline.Polygon.Pace;
using StockPipeline.Polygon.Rest;
using StockPipeline.Streaming.Groups;
using StockPipeline.Workers;

namespace StockPipeline.PolygonCollector;

/// <summary>
/// US shares from polygon.io, into the same topics as all others. Replicas share what history is asked; one of them keeps the list of shares and
/// the websocket.
/// </summary>
internal sealed class PolygonWorker : PipelineWorker
{
    private const string HistoryGroup = "polygon-history";

    private static readonly BackoffLimits Patience = new() { First = TimeSpan.FromSeconds(1), Cap = TimeSpan.FromMinutes(1) };
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly CollectorOptions options;
    private readonly PipelineClient client;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly HealthCheck ready;
    private readonly HealthCheck feed;

    public PolygonWorker(
        IOptions<CollectorOptions> options, PipelineClient client, Health health, TimeProvider clock, ILogger<PolygonWorker> log)
    {
        this.options = options.Value;
        this.client = client;
        this.clock = clock;
        this.log = log;
        ready = health.Check("history");
        feed = health.Check("feed");
    }

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        var market = options.MarketClock is { } address ? await SimulatedClock.FollowAsync(http, address, clock, cancellationToken) : clock;
        var (pace, pacing) = await SharedPace.OpenAsync(options.Connection, client.Kafka, client.Codecs, clock, cancellationToken);
        using var polygon = new PolygonClient(options.Connection, clock, pace);
        await using var metadata = new Metadata(options);
        await metadata.PrepareAsync(cancellationToken);
        var table = new UsTable(client);
        var writers = await CandleWriters.OpenAsync(client, cancellationToken);
        var history = new UsHistory(polygon, table, writers, options.IsFree, market, clock, log);
        using var leadership = new Leadership(client);
        var config = client.Kafka.WriteTo(client.Topics.Config, await client.Codecs.ConfigAsync(cancellationToken));
        var keeper = new SharesKeeper(polygon, table, config, metadata, options, market, log);
        var round = new DailyRound(polygon, keeper, table, writers, client, metadata, market, log);
        var live = new LiveMinutes(
            new MinuteSocket(options.Connection, clock), polygon, table, writers, market, count =>
            {
                Log.Live(log, count);
                feed.Ready();
            });
        var tasks = await client.Codecs.HistoryTasksAsync(cancellationToken);
        var group = GroupOptions.Default with { Order = GroupOrder.ByKey, Workers = 4, IsTransient = UsHistory.IsTransient, Retry = Patience };
        await Together.RunAsync(
            cancellationToken, pacing, table.RunAsync, leadership.RunAsync,
            async ending =>
            {
                await table.Complete.WaitAsync(ending);
                ready.Ready();
                await client.Kafka.ProcessGroup(HistoryGroup, client.Topics.HistoryAction, tasks, history.HandleAsync, group).RunAsync(ending);
            },
            async ending =>
            {
                await table.Complete.WaitAsync(ending);
                // A replica that waits for its turn is as ready as one that has it.
                feed.Ready(options.IsFree ? "end of day" : "");
                await leadership.WhileOursAsync(
                    async ours =>
                    {
                        await RefreshSchedule.EnsureAsync(client, ours);
                        await LeadAsync(round, live, ours);
                    }, ending);
            });
    }

    private Task LeadAsync(DailyRound round, LiveMinutes live, CancellationToken cancellationToken) => options.IsFree
        ? RoundAsync(round, cancellationToken)
        : Together.RunAsync(cancellationToken, ending => RoundAsync(round, ending), ending => FollowAsync(live, ending));

    private async Task RoundAsync(DailyRound round, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(Patience, clock);
        while (true)
        {
            try
            {
                await round.LookAsync(cancellationToken);
                backoff.Succeeded();
                await Task.Delay(LookEvery, clock, cancellationToken);
            }
            catch (PolygonException trouble) when (trouble.Failure != PolygonFailure.KeyRefused)
            {
                await PauseAsync(backoff, trouble, cancellationToken);
            }
        }
    }

    private async Task FollowAsync(LiveMinutes live, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(Patience, clock);
        while (true)
        {
            try
            {
                await live.ReadAsync(cancellationToken);
                backoff.Succeeded();
            }
            catch (PolygonException trouble) when (trouble.IsTransient)
            {
                feed.Failing(trouble.Message);
                await PauseAsync(backoff, trouble, cancellationToken);
            }
        }
    }

    private async Task PauseAsync(Backoff backoff, PolygonException trouble, CancellationToken cancellationToken)
    {
        var pause = backoff.NextPause() ?? Patience.Cap;
        Log.Trouble(log, trouble.Message, pause);
        await backoff.WaitAsync(pause, cancellationToken);
    }
}
