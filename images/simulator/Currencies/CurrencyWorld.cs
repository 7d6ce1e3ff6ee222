using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using StockPipeline.Market.Clock;

namespace StockPipeline.Simulator.Currencies;

/// <summary>
/// One simulated exchange of currencies on a port of its own: REST and websockets as the exchange speaks them, and <c>/control/faults</c> and
/// <c>/control/clock</c>, which no exchange has.
/// </summary>
public abstract class CurrencyWorld : IAsyncDisposable
{
    private const int MaxBodyBytes = 64 * 1024;

    private static readonly JsonSerializerOptions Control = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private static readonly (WorldFaultKind Kind, int Status, string Text)[] Refusals =
    [
        (WorldFaultKind.Ban, 418, "Way too much request weight used; IP banned."), (WorldFaultKind.TooMany, 429, "Too much request weight used."),
        (WorldFaultKind.Barred, 451, "Service unavailable from a restricted location."), (WorldFaultKind.Html, 403, ""),
        (WorldFaultKind.HtmlAsAnswer, 200, ""), (WorldFaultKind.Away, 503, "Service unavailable."),
    ];

    private readonly CancellationTokenSource stop = new();
    private WebApplication? web;
    private int requests;
    private int streams;

    /// <param name="market">The truth.</param>
    /// <param name="clock">The market's time.</param>
    protected CurrencyWorld(CurrencyMarket market, TimeProvider clock)
    {
        Market = market;
        Clock = clock;
        Faults = new WorldFaults(clock);
    }

    public CurrencyMarket Market { get; }

    public TimeProvider Clock { get; }

    public WorldFaults Faults { get; }

    public Uri Endpoint { get; private set; } = null!;

    /// <summary>Requests answered so far, refused ones included.</summary>
    public int Requests => Volatile.Read(ref requests);

    /// <summary>Streams open now.</summary>
    public int Streams => Volatile.Read(ref streams);

    protected CancellationToken Stopping => stop.Token;

    protected long NowMs => Clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Opens the world.</summary>
    /// <param name="address">Where it listens.</param>
    /// <param name="port">0 takes any that is free.</param>
    /// <param name="logs">Where the server says what goes wrong.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    public async Task StartAsync(IPAddress address, int port, ILoggerFactory logs, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            kestrel.Listen(address, port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        web = builder.Build();
        web.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(20), KeepAliveTimeout = TimeSpan.FromSeconds(60) });
        web.Run(ServeAsync);
        await web.StartAsync(cancellationToken);
        var addresses = web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        Endpoint = new Uri(addresses.Addresses.First());
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        if (web is not null)
            await web.DisposeAsync();
        stop.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Answers a request that the faults let through.</summary>
    private protected abstract Task AnswerAsync(HttpContext http, string path);

    /// <summary>Serves a websocket until either side ends it.</summary>
    private protected abstract Task StreamAsync(HttpContext http, string path, CancellationToken cancellationToken);

    /// <summary>An error in the form of this exchange.</summary>
    private protected abstract object ErrorBody(int status, string text);

    private protected static async Task WriteAsync(HttpContext http, object body, int status = StatusCodes.Status200OK)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json;charset=utf-8";
        await http.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(body), http.RequestAborted);
    }

    private protected static async Task WritePageAsync(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/html";
        await http.Response.Body.WriteAsync("<html><head><title>Attention required</title></head><body>Request blocked</body></html>"u8.ToArray());
    }

    private async Task ServeAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        if (path.StartsWith("/control/", StringComparison.Ordinal))
        {
            await ControlAsync(http, path);
            return;
        }
        Interlocked.Increment(ref requests);
        if (await RefuseAsync(http))
            return;
        if (!http.WebSockets.IsWebSocketRequest)
        {
            await AnswerAsync(http, path);
            return;
        }
        if (Faults.Find(WorldFaultKind.Disconnect) is not null)
        {
            http.Abort();
            return;
        }
        Interlocked.Increment(ref streams);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, http.RequestAborted);
        try
        {
            await StreamAsync(http, path, ending.Token);
        }
        catch (Exception gone) when (gone is OperationCanceledException or System.Net.WebSockets.WebSocketException or IOException)
        {
            // The client is gone, or the world is.
        }
        finally
        {
            Interlocked.Decrement(ref streams);
        }
    }

    private async Task<bool> RefuseAsync(HttpContext http)
    {
        foreach (var (kind, status, text) in Refusals)
        {
            if (Faults.Find(kind) is not { Fault: var fault })
                continue;
            if (fault.RetryAfter is { } seconds)
                http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
            if (kind is WorldFaultKind.Html or WorldFaultKind.HtmlAsAnswer)
                await WritePageAsync(http, status);
            else
                await WriteAsync(http, ErrorBody(status, text), status);
            return true;
        }
        return false;
    }

    private async Task ControlAsync(HttpContext http, string path)
    {
        if (path == "/control/clock")
        {
            await http.Response.WriteAsJsonAsync((Clock as SimulatedClock)?.Read() ?? new ClockReading(Clock.GetUtcNow(), 1), Control);
            return;
        }
        try
        {
            if (path != "/control/faults")
                throw new ArgumentException($"There is no {path}; there are /control/faults and /control/clock.");
            if (http.Request.Method == HttpMethods.Post)
                Faults.Set(await http.Request.ReadFromJsonAsync<List<WorldFault>>(Control, http.RequestAborted) ?? []);
            else if (http.Request.Method == HttpMethods.Delete)
                Faults.Set([]);
            await http.Response.WriteAsJsonAsync(Faults.All, Control);
        }
        catch (Exception refused) when (refused is JsonException or ArgumentException or InvalidOperationException)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            await http.Response.WriteAsJsonAsync(new { error = refused.Message }, Control);
        }
    }

    /// <summary>Signals belong to whoever started the simulator.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
