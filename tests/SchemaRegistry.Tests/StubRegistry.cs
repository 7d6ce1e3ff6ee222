using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using System.Security.Cryptography.X509Certificates;

namespace StockPipeline.SchemaRegistryTests;

/// <summary>Listens like a registry and gives prepared answers in turn; without one it never answers.</summary>
internal sealed class StubRegistry : IAsyncDisposable
{
    private readonly ConcurrentQueue<(int? Status, string Body)> prepared = new();
    private readonly ConcurrentQueue<(string Target, string? Authorization)> requests = new();
    private readonly CancellationTokenSource ending = new();
    private readonly WebApplication web;

    private StubRegistry(X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
                listen.UseHttps(new HttpsConnectionAdapterOptions { ServerCertificate = certificate });
        }));
        if (certificate is not null)
            builder.WebHost.UseKestrelHttpsConfiguration();
        web = builder.Build();
        web.Run(AnswerAsync);
        Scheme = certificate is null ? "http" : "https";
    }

    public string Scheme { get; }

    public int Port { get; private set; }

    public Uri Url => new($"{Scheme}://127.0.0.1:{Port}");

    /// <summary>Path and query as they came over the wire, and the header that names the user.</summary>
    public IReadOnlyList<(string Target, string? Authorization)> Requests => [.. requests];

    public static async Task<StubRegistry> StartAsync(X509Certificate2? certificate = null)
    {
        var stub = new StubRegistry(certificate);
        await stub.web.StartAsync();
        stub.Port = new Uri(stub.web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
        return stub;
    }

    /// <param name="status">Null for a connection that breaks.</param>
    /// <param name="body">Of the answer.</param>
    public void Give(HttpStatusCode? status, string body) => prepared.Enqueue(((int?)status, body));

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await web.DisposeAsync();
        ending.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        requests.Enqueue((context.Features.Get<IHttpRequestFeature>()!.RawTarget, context.Request.Headers.Authorization));
        if (!prepared.TryDequeue(out var answer))
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, ending.Token);
            await new TaskCompletionSource().Task.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            context.Abort();
        }
        else if (answer.Status is { } status)
        {
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(answer.Body);
        }
        else
        {
            context.Abort();
        }
    }
}
