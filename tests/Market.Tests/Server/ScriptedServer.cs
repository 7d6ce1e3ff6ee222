using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Contracts.Connections;
using StockPipeline.Market.Api;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Limits;

namespace StockPipeline.MarketTests.Server;

/// <summary>A server of the T-Invest contract that does what a test says: real HTTP/2 on a port of its own.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    public const string Tariff = "GetUserTariff";

    private readonly WebApplication app;
    private readonly Channel<ScriptedStream> streams = Channel.CreateUnbounded<ScriptedStream>();
    private readonly ConcurrentDictionary<string, Func<object, Metadata, object>> answers = [];
    private RequestDelegate? stranger;

    private ScriptedServer(WebApplication app) => this.app = app;

    public Uri Address { get; private set; } = null!;

    /// <summary>The headers of the last request.</summary>
    public IReadOnlyDictionary<string, string> LastHeaders { get; private set; } = new Dictionary<string, string>();

    public static async Task<ScriptedServer> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint =>
        {
            endpoint.Protocols = HttpProtocols.Http2;
            if (certificate is not null)
                endpoint.UseHttps(certificate);
        }));
        builder.Services.AddGrpc();
        ScriptedServer? server = null;
        builder.Services.AddSingleton(_ => server!);
        var app = builder.Build();
        server = new ScriptedServer(app);
        app.Use(server.LookAsync);
        app.MapGrpcService<Instruments>();
        app.MapGrpcService<MarketData>();
        app.MapGrpcService<Users>();
        app.MapGrpcService<Streams>();
        await app.StartAsync();
        server.Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return server;
    }

    /// <summary>An error of the API, as its servers send it.</summary>
    public static RpcException Error(StatusCode code, string detail = "", string text = "", string trackingId = "", RateLimitReport? limits = null)
    {
        var trailers = limits?.ToHeaders() ?? [];
        if (text.Length > 0)
            trailers.Add(InvestHeaders.Text, text);
        if (trackingId.Length > 0)
            trailers.Add(InvestHeaders.TrackingId, trackingId);
        return new RpcException(new Status(code, detail), trailers);
    }

    public InvestApiOptions Options() => new() { Host = Address.ToString(), AccessToken = new Secret("t.secret"), AppName = "tests" };

    public InvestApiClient Client(Action<InvestApiOptions>? change = null)
    {
        var options = Options();
        change?.Invoke(options);
        return new InvestApiClient(options, new InProcessQuota(options.NetworkClock), NullLogger<InvestApiClient>.Instance);
    }

    /// <summary>Answers every call as something does that is no server of the API.</summary>
    public void BecomeStranger(RequestDelegate answer) => stranger = answer;

    /// <summary>Answers a method by its name; what the answer throws is sent.</summary>
    public void Answer<TRequest, TResponse>(string method, Func<TRequest, TResponse> answer, RateLimitReport? limits = null)
        where TRequest : class
        where TResponse : class => answers[method] = (request, headers) =>
    {
        var reply = answer((TRequest)request);
        foreach (var header in limits?.ToHeaders() ?? [])
            headers.Add(header);
        return reply;
    };

    public async Task<ScriptedStream> NextStreamAsync() =>
        await streams.Reader.ReadAsync().AsTask().WaitAsync(Testing.Eventually.Patience, TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        await app.StopAsync(soon.Token);
        await app.DisposeAsync();
    }

    private Task LookAsync(HttpContext context, RequestDelegate next)
    {
        LastHeaders = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        return stranger is { } answer ? answer(context) : next(context);
    }

    private async Task<TResponse> AnswerAsync<TResponse>(object request, ServerCallContext context)
    {
        if (!answers.TryGetValue(context.Method[(context.Method.LastIndexOf('/') + 1)..], out var answer))
            throw Error(StatusCode.Unimplemented, "12001");
        var headers = new Metadata();
        var reply = (TResponse)answer(request, headers);
        await context.WriteResponseHeadersAsync(headers);
        return reply;
    }

    internal sealed class Instruments(ScriptedServer server) : InstrumentsService.InstrumentsServiceBase
    {
        public override Task<SharesResponse> Shares(InstrumentsRequest request, ServerCallContext context) =>
            server.AnswerAsync<SharesResponse>(request, context);

        public override Task<FindInstrumentResponse> FindInstrument(FindInstrumentRequest request, ServerCallContext context) =>
            server.AnswerAsync<FindInstrumentResponse>(request, context);
    }

    internal sealed class MarketData(ScriptedServer server) : MarketDataService.MarketDataServiceBase
    {
        public override Task<GetCandlesResponse> GetCandles(GetCandlesRequest request, ServerCallContext context) =>
            server.AnswerAsync<GetCandlesResponse>(request, context);
    }

    internal sealed class Users(ScriptedServer server) : UsersService.UsersServiceBase
    {
        public override Task<GetUserTariffResponse> GetUserTariff(GetUserTariffRequest request, ServerCallContext context) =>
            server.AnswerAsync<GetUserTariffResponse>(request, context);
    }

    internal sealed class Streams(ScriptedServer server) : MarketDataStreamService.MarketDataStreamServiceBase
    {
        public override async Task MarketDataStream(
            IAsyncStreamReader<MarketDataRequest> requestStream, IServerStreamWriter<MarketDataResponse> responseStream, ServerCallContext context)
        {
            var stream = new ScriptedStream(requestStream, responseStream, context);
            await server.streams.Writer.WriteAsync(stream);
            await stream.RunAsync();
        }
    }
}
