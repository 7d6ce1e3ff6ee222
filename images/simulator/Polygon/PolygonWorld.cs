using System.Collections.Concurrent;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace StockPipeline.Simulator.Polygon;

/// <summary>A running simulator of polygon.io: REST and the websocket on one port, on a made-up market of New York.</summary>
public sealed class PolygonWorld : IAsyncDisposable
{
    private const int FreeRequestsOfMinute = 5;

    private readonly WebApplication web;
    private readonly CancellationTokenSource stop = new();
    private readonly PolygonWorldOptions options;
    private readonly PolygonSockets sockets;
    private readonly ConcurrentDictionary<string, (long Minute, int Count)> counted = new();
    private readonly SemaphoreSlim turn = new(1);
    private long refusals;

    private PolygonWorld(WebApplication web, PolygonWorldOptions options, UsMarket market)
    {
        this.web = web;
        this.options = options;
        Market = market;
        sockets = new PolygonSockets(market, options);
        Completion = sockets.RunAsync(stop.Token);
    }

    public Uri Endpoint { get; private set; } = null!;

    public Uri SocketEndpoint => new($"ws://{Endpoint.Authority}/stocks");

    public PolygonFaults Faults { get; } = new();

    /// <summary>How often a client asked more than its plan allows.</summary>
    public long Refusals => Interlocked.Read(ref refusals);

    /// <summary>Ends when the world was disposed of.</summary>
    public Task Completion { get; }

    /// <summary>Programs on the websocket.</summary>
    public int Connections => sockets.Count;

    /// <summary>Up to where the websocket has told everything.</summary>
    public DateTimeOffset ToldUntil => sockets.ToldUntil;

    internal UsMarket Market { get; }

    public static async Task<PolygonWorld> StartAsync(PolygonWorldOptions options, CancellationToken cancellationToken = default)
    {
        var market = new UsMarket(options.Seed, [.. UsListing.All.Select(one => options.Splits.TryGetValue(one.Ticker, out var split)
            ? one with { Splits = [new UsSplit(split.Date, split.From, split.To)] }
            : one)]);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Listen(options.Address, options.Port);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(options.LoggerFactory);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        var web = builder.Build();
        var world = new PolygonWorld(web, options, market);
        web.UseWebSockets();
        web.UseRouting();
        world.Map();
        await web.StartAsync(cancellationToken);
        world.Endpoint = new Uri(web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return world;
    }

    /// <summary>Cuts every websocket without a word.</summary>
    public void DropSockets() => sockets.Drop();

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        sockets.Drop();
        await web.DisposeAsync();
        turn.Dispose();
        stop.Dispose();
    }

    private void Map()
    {
        var bars = new PolygonAggregates(Market, options, Faults);
        var reference = new PolygonReference(Market, options);
        Get("/v2/aggs/ticker/{ticker}/range/{multiplier}/{timespan}/{from}/{to}", bars.Range);
        Get("/v2/aggs/grouped/locale/us/market/stocks/{date}", context => bars.Grouped(Route(context, "date"), IsAdjusted(context)));
        Get("/v2/aggs/ticker/{ticker}/prev", context => bars.Previous(Route(context, "ticker"), IsAdjusted(context)));
        Get("/v1/indicators/macd/{ticker}", new PolygonIndicators(Market, options).Macd);
        Get("/v3/reference/tickers", reference.Tickers);
        Get("/v3/reference/splits", context => reference.Splits(context.Request.Query));
        Get("/v1/marketstatus/upcoming", _ => reference.Upcoming());
        Get("/v1/marketstatus/now", _ => reference.Status());
        Get("/v2/snapshot/locale/us/markets/stocks/tickers", context => reference.Snapshots(context.Request.Query));
        Get("/v2/snapshot/locale/us/markets/stocks/tickers/{ticker}", context => reference.Snapshot(Route(context, "ticker")));
        web.Map("/stocks", sockets.ServeAsync);
        web.MapFallback(context => SendAsync(context, new PolygonReply(404, null, "404 page not found")));
    }

    private void Get(string path, Func<HttpContext, PolygonReply> answer) =>
        web.MapGet(path, (RequestDelegate)(async context => await SendAsync(context, Refuse(context) ?? await WorkAsync(context, answer))));

    /// <summary>
    /// Calculates an answer, one after the other and beside the pool of threads: years of minutes take seconds, and others in the process go on.
    /// </summary>
    private async Task<PolygonReply> WorkAsync(HttpContext context, Func<HttpContext, PolygonReply> answer)
    {
        await turn.WaitAsync(context.RequestAborted);
        try
        {
            return await Task.Factory.StartNew(
                () => answer(context), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Who asks, and whether it asks too much, comes before what it asks.</summary>
    private PolygonReply? Refuse(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        var key = header.StartsWith("Bearer ", StringComparison.Ordinal) ? header[7..] : context.Request.Query["apiKey"].ToString();
        if (key.Length == 0)
            return PolygonReply.Refused(401, "ERROR", "error", "API Key was not provided");
        if (options.Keys.Count > 0 && !options.Keys.Contains(key))
            return PolygonReply.Refused(401, "ERROR", "error", "Unknown API Key");
        if (Faults.StrikesBroken())
            return new PolygonReply(502, null, "<html><body>Bad Gateway</body></html>");
        if (Faults.StrikesTooMany() || (options.IsFree && IsOverLimit(key)))
        {
            Interlocked.Increment(ref refusals);
            return PolygonReply.Refused(
                429, "ERROR", "error", "You've exceeded the maximum requests per minute, please wait or upgrade your subscription.") with
            {
                RetryAfter = Faults.SaysRetryAfter ? TimeSpan.FromSeconds(1) : null,
            };
        }
        return null;
    }

    private bool IsOverLimit(string key)
    {
        var minute = options.Clock.GetUtcNow().ToUnixTimeSeconds() / 60;
        var now = counted.AddOrUpdate(
            key, _ => (minute, 1), (_, known) => known.Minute == minute ? (minute, known.Count + 1) : (minute, 1));
        return now.Count > FreeRequestsOfMinute;
    }

    private static async Task SendAsync(HttpContext context, PolygonReply reply)
    {
        context.Response.StatusCode = reply.Status;
        context.Response.Headers["X-Request-Id"] = PolygonReply.RequestId;
        if (reply.RetryAfter is { } pause)
            context.Response.Headers.RetryAfter = $"{(int)pause.TotalSeconds}";
        context.Response.ContentType = reply.Body is null ? "text/html" : "application/json";
        await context.Response.WriteAsync(reply.Body?.ToJsonString() ?? reply.Text ?? string.Empty, context.RequestAborted);
    }

    private static string Route(HttpContext context, string name) => (string)context.Request.RouteValues[name]!;

    private static bool IsAdjusted(HttpContext context) => context.Request.Query["adjusted"] != "false";

    /// <summary>Signals belong to whoever started the simulator.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
