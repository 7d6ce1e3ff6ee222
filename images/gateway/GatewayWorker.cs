using System.Net;
using Microsoft.Extensions.Options;
using StockPipeline.Contracts.Connections;
using StockPipeline.Fanout.Protocol;
using StockPipeline.Gateway.Alerts;
using StockPipeline.Gateway.Board;
using StockPipeline.Gateway.Feed;
using StockPipeline.Gateway.Indicators;
using StockPipeline.Gateway.Legacy;
using StockPipeline.Gateway.Live;
using StockPipeline.Gateway.People;
using StockPipeline.Gateway.Pipeline;
using StockPipeline.Gateway.Rest;
using StockPipeline.Gateway.Tasks;
using StockPipeline.Gateway.Udf;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;
using StockPipeline.Hosting.Telemetry;
using StockPipeline.Market.Clock;
using StockPipeline.Workers;

namespace StockPipeline.Gateway;

/// <summary>
/// The door for people and programs: a page, a REST interface and one socket for everything, all from tables read out of topics. Any number of
/// replicas; a client of one goes on at another.
/// </summary>
internal sealed class GatewayWorker(
    IOptions<GatewayOptions> options, PipelineClient client, Health health, Metrics metrics, TimeProvider clock, StatusPages status,
    ServiceLoggerFactory loggers, ILogger<GatewayWorker> log) : PipelineWorker
{
    private readonly GatewayOptions settings = options.Value;
    private readonly HealthCheck ready = health.Check("tables");

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        ready.Starting("the topics are being read");
        var market = await MarketTimeAsync(cancellationToken);
        await using var accounts = settings.Database is { } database ? await OpenAccountsAsync(database, cancellationToken) : null;
        using var gatekeeper = new Gatekeeper(settings.Auth, accounts, clock);
        var tables = new MarketTables(client, settings.KeptRows);
        using var older = new OlderRows();
        var boards = new Boards(tables, clock, market);
        var tasks = await TaskDoor.OpenAsync(client, gatekeeper, settings.TaskLimits, clock, cancellationToken);
        var alerts = new AlertTable(client);
        using var hub = new LiveHub(settings.Limits, clock);
        CountInMetrics(hub);
        using var people = new PeoplePages(gatekeeper);
        var commands = new LiveCommands(tables, boards, tasks.Desk, settings.Limits, clock, market) { Alerts = alerts };
        var live = new LivePages(
            tables, new LiveEndpoint(hub, commands, settings.Limits, clock),
            gatekeeper, settings.Limits, clock);
        GatewayServer? server = null;
        StatusWatch? watch = null;
        try
        {
            var addresses = settings.Services.ToList();
            watch = new StatusWatch(addresses, clock);
            var pipeline = new PipelinePages(tables, hub, watch, Source, clock, market);
            server = await GatewayServer.StartAsync(settings, gatekeeper, web =>
            {
                status.MapProcess(web);
                new AboutPages(tables, gatekeeper, Source, market).Map(web);
                new MarketPages(tables, market).Map(web);
                new SeriesPages(tables, older, clock).Map(web);
                new UdfPages(tables, older, market).Map(web);
                new RatePages(tables, market).Map(web);
                pipeline.Map(web);
                people.Map(web);
                new AlertPages(alerts, tables, market).Map(web);
                new IndicatorPages(client, tables, tasks, clock).Map(web);
                live.Map(web);
                tasks.Map(web);
                if (settings.IsLegacyOpen)
                    new LegacyPages(tables, new OriginRules(settings.Auth, settings.Origins), clock).Map(web);
            }, loggers, cancellationToken);
            if (addresses.Count == 0)
                addresses.Add(new Uri($"http://{Reachable(settings.Address.Address)}:{server.Port}"));
            Log.Listening(log, settings.Address.Address, server.Port);
            await Together.RunAsync(cancellationToken, tables.RunAsync, boards.RunAsync, tasks.RunAsync, alerts.RunAsync,
                pipeline.RunAsync, watch.RunAsync,
                token => SayWhenReadyAsync(() => tables.NotReady ?? tasks.NotReady ?? alerts.NotReady, tables, token),
                token => hub.Completion.WaitAsync(token));
        }
        finally
        {
            await hub.StopAsync(CloseCode.GoingAway, "the gateway stops");
            if (server is not null)
                await server.DisposeAsync();
            watch?.Dispose();
        }
    }

    private string Source => settings.MarketClock is null ? "T-Invest" : "simulated";

    private async Task SayWhenReadyAsync(Func<string?> notReady, MarketTables tables, CancellationToken cancellationToken)
    {
        var wasReady = false;
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(200), clock);
        while (await beat.WaitForNextTickAsync(cancellationToken))
        {
            var waiting = notReady();
            if (waiting is not null)
                ready.Starting(waiting);
            else if (!wasReady)
                ready.Ready();
            if (waiting is null && !wasReady)
                Log.CaughtUp(log, tables.Config.Current.Instruments.Count, tables.Topics.Sum(topic => topic.All.Sum(series => series.Count)));
            wasReady = waiting is null;
        }
    }

    private void CountInMetrics(LiveHub hub)
    {
        metrics.Ask("stockpipeline_gateway_sockets", "Live sockets connected to the gateway.", () => hub.Sockets);
        hub.Count(
            metrics.Counter("stockpipeline_gateway_sends_total", "System calls made to send to live sockets.").Increment,
            metrics.Counter("stockpipeline_gateway_sent_bytes_total", "Bytes sent to live sockets.").Increment);
    }

    private async Task<TimeProvider> MarketTimeAsync(CancellationToken cancellationToken)
    {
        if (settings.MarketClock is null)
            return clock;
        using var http = new HttpClient();
        var backoff = new Backoff(BackoffLimits.Patient, clock);
        while (true)
        {
            try
            {
                return await SimulatedClock.FollowAsync(http, settings.MarketClock, clock, cancellationToken);
            }
            catch (Exception unreachable) when (unreachable is HttpRequestException or TaskCanceledException
                && !cancellationToken.IsCancellationRequested)
            {
                ready.Starting($"the market's clock at {settings.MarketClock} does not answer: {unreachable.Message}");
                await backoff.PauseAsync(cancellationToken);
            }
        }
    }

    private async Task<PostgresAccounts> OpenAccountsAsync(Secret database, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(BackoffLimits.Patient, clock);
        while (true)
        {
            try
            {
                return await PostgresAccounts.OpenAsync(database, cancellationToken);
            }
            catch (Npgsql.NpgsqlException unreachable)
            {
                Log.DatabaseUnreachable(log, unreachable.Message);
                ready.Starting("the database does not answer");
                await backoff.PauseAsync(cancellationToken);
            }
        }
    }

    private static IPAddress Reachable(IPAddress address) => address.Equals(IPAddress.Any) ? IPAddress.Loopback : address;
}
