using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StockPipeline.Contracts.Connections;
using StockPipeline.Market.Api;
using StockPipeline.Market.Grpc;

namespace StockPipeline.MarketTests.Server;

/// <summary>
/// A server of the T-Invest contract that does what a test says, frame by frame: real HTTP/2 on a port of its own.
/// </summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Channel<ScriptedStream> streams = Channel.CreateUnbounded<ScriptedStream>();
    private readonly ConcurrentDictionary<string, RequestDelegate> handlers = [];

    private ScriptedServer(WebApplication app) => this.app = app;

    public Uri Address { get; private set; } = null!;

    /// <summary>The headers of the last request.</summary>
    public IReadOnlyDictionary<string, string> LastHeaders { get; private set; } = new Dictionary<string, string>();

    /// <summary>Called for each new stream instead of queueing it for <see cref="NextStreamAsync"/>.</summary>
    public Func<ScriptedStream, Task>? OnStream { get; set; }

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
        var app = builder.Build();
        var server = new ScriptedServer(app);
        app.Run(server.ServeAsync);
        await app.StartAsync();
        server.Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return server;
    }

    public InvestApiOptions Options() => new() { Host = Address.ToString(), AccessToken = new Secret("t.secret"), AppName = "tests" };

    public InvestApiClient Client(Action<InvestApiOptions>? change = null)
    {
        var options = Options();
        change?.Invoke(options);
        return InvestApiClientFactory.Create(options);
    }

    /// <summary>Any path, any answer.</summary>
    public void Serve(string path, RequestDelegate answer) => handlers[path] = answer;

    /// <summary>Answers a unary method.</summary>
    public void Answer<TRequest, TResponse>(GrpcMethod<TRequest, TResponse> method, Func<TRequest, TResponse> answer, RateLimitReport? limits = null)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> => Serve(method.Path, async context =>
    {
        var request = await new GrpcFrameReader<TRequest>(context.Request.BodyReader, method.RequestParser, GrpcLimits.RequestMessageBytes)
            .ReadAsync(context.RequestAborted);
        context.Response.ContentType = GrpcHeaders.ContentType;
        try
        {
            var response = answer(request!);
            limits?.Write((name, value) => context.Response.Headers[name] = value);
            GrpcFrame.Write(context.Response.BodyWriter, response);
            await context.Response.BodyWriter.FlushAsync();
            GrpcStatus.Ok.Write((name, value) => context.Response.AppendTrailer(name, value));
        }
        catch (GrpcException refused)
        {
            refused.Status.Write((name, value) => context.Response.Headers[name] = value);
        }
    });

    public async Task<ScriptedStream> NextStreamAsync() =>
        await streams.Reader.ReadAsync().AsTask().WaitAsync(Testing.Eventually.Patience, TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        await app.StopAsync(soon.Token);
        await app.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        LastHeaders = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        if (handlers.TryGetValue(context.Request.Path, out var handler))
        {
            await handler(context);
        }
        else if (context.Request.Path == InvestMethods.MarketDataStream.Path)
        {
            var stream = new ScriptedStream(context);
            if (OnStream is { } script)
                await script(stream);
            else
                await streams.Writer.WriteAsync(stream);
            await stream.CloseAsync();
        }
        else
        {
            context.Response.ContentType = GrpcHeaders.ContentType;
            new GrpcStatus(GrpcStatusCode.Unimplemented, "12001").Write((name, value) => context.Response.Headers[name] = value);
        }
    }
}
