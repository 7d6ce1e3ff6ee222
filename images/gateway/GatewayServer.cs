using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Scalar.AspNetCore;
using StockPipeline.Gateway.Alerts;
using StockPipeline.Gateway.Indicators;
using StockPipeline.Gateway.People;
using StockPipeline.Gateway.Rest;
using StockPipeline.Hosting.Pages;

namespace StockPipeline.Gateway;

/// <summary>The one port of a gateway. Reads no file and no variable: what it does is said here.</summary>
internal sealed class GatewayServer : IAsyncDisposable
{
    private const int SpareConnections = 1_024;
    private const int MaxBody = 64 << 10;
    private const int MaxHead = 16 << 10;

    /// <summary>Bytes of an answer that may wait for the connection: a thousand candles need not be waited for piece by piece.</summary>
    private const int MaxWaiting = 256 << 10;

    private const string PagePolicy = "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
        + "connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'";

    private static readonly TimeSpan HeadLimit = TimeSpan.FromSeconds(10);

    private readonly WebApplication web;

    private GatewayServer(WebApplication web, int port)
    {
        this.web = web;
        Port = port;
    }

    /// <summary>The port that was bound, also when any free one was asked for.</summary>
    public int Port { get; }

    /// <exception cref="IOException">The port is taken or may not be used; the message says which.</exception>
    public static async Task<GatewayServer> StartAsync(
        GatewayOptions settings, Gatekeeper gatekeeper, Action<WebApplication> map, ILoggerFactory logs, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { ApplicationName = typeof(GatewayServer).Assembly.GetName().Name });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = settings.Limits.MaxSockets + SpareConnections;
            kestrel.Limits.MaxConcurrentUpgradedConnections = settings.Limits.MaxSockets;
            kestrel.Limits.MaxRequestBodySize = MaxBody;
            kestrel.Limits.MaxRequestHeadersTotalSize = MaxHead;
            kestrel.Limits.MaxResponseBufferSize = MaxWaiting;
            kestrel.Limits.RequestHeadersTimeout = HeadLimit;
            kestrel.Listen(settings.Address, listen => listen.Protocols = HttpProtocols.Http1);
        });
        AddServices(builder.Services, settings, logs);
        var web = builder.Build();
        try
        {
            web.UseExceptionHandler();
            web.UseStatusCodePages();
            web.UseRateLimiter();
            web.Use((http, next) => GuardAsync(http, next, gatekeeper, new OriginRules(settings.Auth, settings.Origins)));
            web.UseRouting();
            EmbeddedPage.Map(web, typeof(GatewayServer).Assembly, "wwwroot/", PagePolicy);
            web.MapOpenApi("/openapi/{documentName}.json");
            web.MapScalarApiReference("/api/docs", options => options.WithTitle("StockPipeline").DisableDefaultFonts());
            map(web);
            web.UseEndpoints(_ => { });
            await web.StartAsync(cancellationToken);
            var bound = web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
            return new GatewayServer(web, new Uri(bound).Port);
        }
        catch (Exception refused) when (refused is SocketException or IOException)
        {
            await web.DisposeAsync();
            throw new IOException($"Port {settings.Address.Port} cannot be opened on {settings.Address.Address}: {refused.Message}", refused);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await web.StopAsync();
        await web.DisposeAsync();
    }

    private static void AddServices(IServiceCollection services, GatewayOptions settings, ILoggerFactory logs)
    {
        services.AddSingleton(logs);
        services.AddSingleton<IHostLifetime, NoLifetime>();
        services.AddRouting();
        services.AddProblemDetails();
        services.AddOpenApi("v1", options => options.AddDocumentTransformer((document, _, _) =>
        {
            (document.Info.Title, document.Info.Version) = ("StockPipeline", "1");
            return Task.CompletedTask;
        }));
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, AnswerJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(1, PeopleJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(2, AlertJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(3, IndicatorJson.Default);
        });
        services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = (context, _) =>
            {
                var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
                context.HttpContext.Response.Headers.RetryAfter =
                    ((int)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
                return ValueTask.CompletedTask;
            };
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, IPAddress>(http => IsCounted(http.Request)
                ? RateLimitPartition.GetTokenBucketLimiter(http.Connection.RemoteIpAddress ?? IPAddress.None, _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = settings.RequestsAMinute, TokensPerPeriod = Math.Max(1, settings.RequestsAMinute / 60),
                    ReplenishmentPeriod = TimeSpan.FromSeconds(1), QueueLimit = 0,
                })
                : RateLimitPartition.GetNoLimiter(IPAddress.None));
        });
    }

    /// <summary>The page's files, health and sockets have limits of their own.</summary>
    private static bool IsCounted(HttpRequest request) =>
        (request.Path.StartsWithSegments("/api") && !request.Path.StartsWithSegments("/api/live")) || request.Path.StartsWithSegments("/udf");

    /// <summary>Nobody reads or changes anything who may not; the page itself, its login and the health are open.</summary>
    private static async Task GuardAsync(HttpContext http, RequestDelegate next, Gatekeeper gatekeeper, OriginRules rules)
    {
        var request = http.Request;
        if (!rules.IsOurHost(request))
        {
            await Problem.Of(StatusCodes.Status421MisdirectedRequest, "foreign-host",
                $"'{request.Host}' is not a name of this gateway; GATEWAY_ORIGINS names more.").ExecuteAsync(http);
            return;
        }
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && !rules.MayChange(request))
        {
            await Problem.Of(StatusCodes.Status403Forbidden, "foreign-origin", "A page of another origin may change nothing here.")
                .ExecuteAsync(http);
            return;
        }
        var isGuarded = (request.Path.StartsWithSegments("/api") || request.Path.StartsWithSegments("/udf")) && !IsOpen(request);
        var who = isGuarded ? await gatekeeper.WhoAsync(http) : null;
        if (isGuarded && who is null)
        {
            await Problem.Of(StatusCodes.Status401Unauthorized, "log-in", "Log in, or send a token.").ExecuteAsync(http);
            return;
        }
        if (request.Path == "/api/live" && !rules.MayConnect(request, who!))
        {
            var isMissing = request.Headers.Origin.Count == 0;
            await (isMissing
                    ? Problem.Of(StatusCodes.Status401Unauthorized, "foreign-origin", "A socket without an origin needs a token.")
                    : Problem.Of(StatusCodes.Status403Forbidden, "foreign-origin", "A page of another origin may not listen here."))
                .ExecuteAsync(http);
            return;
        }
        http.Items[typeof(Principal)] = who ?? Principal.Anybody;
        await next(http);
    }

    private static bool IsOpen(HttpRequest request) =>
        request.Path == "/api/about" || request.Path.StartsWithSegments("/api/docs")
        || (request.Path == "/api/session" && HttpMethods.IsPost(request.Method));

    /// <summary>Signals are the runner's.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
