using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace StockPipeline.Simulator.Telegram;

/// <summary>
/// A simulated Bot API on a port of its own, with the people who write to the bot: <c>/bot&lt;token&gt;/&lt;method&gt;</c> as Telegram speaks it,
/// and <c>/control/…</c>, which it has not.
/// </summary>
public sealed class TelegramWorld : IAsyncDisposable
{
    private const int MaxBodyBytes = 10 * 1024 * 1024;

    private const int LongestToken = 80;

    private static readonly JsonSerializerOptions Control = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private readonly TelegramMethods methods;
    private readonly HashSet<string> tokens;
    private readonly TimeProvider clock;
    private WebApplication? web;
    private int requests;

    /// <param name="clock">By which limits and long polls are measured.</param>
    /// <param name="limits">How much may be sent.</param>
    /// <param name="tokens">The bots that there are; with none given any well-formed token is one.</param>
    public TelegramWorld(TimeProvider clock, TelegramLimits? limits = null, params IEnumerable<string> tokens)
    {
        this.clock = clock;
        this.tokens = [.. tokens];
        Chats = new TelegramChats(clock, limits ?? new TelegramLimits());
        Faults = new TelegramFaults(clock);
        methods = new TelegramMethods(Chats, Faults, clock);
    }

    /// <summary>The people and what was written to them.</summary>
    public TelegramChats Chats { get; }

    public TelegramFaults Faults { get; }

    public Uri Endpoint { get; private set; } = null!;

    /// <summary>Requests so far, refused ones included.</summary>
    public int Requests => Volatile.Read(ref requests);

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
        web.Run(ServeAsync);
        await web.StartAsync(cancellationToken);
        Endpoint = new Uri(web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public async ValueTask DisposeAsync()
    {
        Chats.Close();
        if (web is not null)
            await web.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        if (path.StartsWith("/control/", StringComparison.Ordinal))
        {
            await ControlAsync(http, path["/control/".Length..]);
            return;
        }
        Interlocked.Increment(ref requests);
        if (path.Split('/') is not ["", ['b', 'o', 't', .. var token], var method])
        {
            await RefuseAsync(http, new TelegramRefusedException(404, "Not Found"));
            return;
        }
        if (!IsToken(token))
        {
            await RefuseAsync(http, new TelegramRefusedException(401, "Unauthorized"));
            return;
        }
        if (Faults.Find(TelegramFaultKind.Slow) is { } slow)
            await Task.Delay(TimeSpan.FromSeconds(slow.Delay), clock, http.RequestAborted);
        if (Faults.Find(TelegramFaultKind.Disconnect) is not null)
        {
            http.Abort();
            return;
        }
        if (Faults.Find(TelegramFaultKind.Html) is not null)
        {
            http.Response.StatusCode = StatusCodes.Status502BadGateway;
            http.Response.ContentType = "text/html";
            await http.Response.WriteAsync("<html><head><title>502 Bad Gateway</title></head></html>");
            return;
        }
        await AnswerAsync(http, token, method.ToLowerInvariant());
    }

    private async Task AnswerAsync(HttpContext http, string token, string method)
    {
        try
        {
            var arguments = await TelegramArguments.ReadAsync(http);
            var result = await methods.CallAsync(token, method, arguments, http.RequestAborted);
            // What was done is done; whoever asked does not get to know it.
            if (Faults.Find(TelegramFaultKind.AnswerLost) is not null && method != "getupdates")
                http.Abort();
            else
                await WriteAsync(http, new JsonObject { ["ok"] = true, ["result"] = result }, StatusCodes.Status200OK);
        }
        catch (TelegramRefusedException refusal)
        {
            await RefuseAsync(http, refusal);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidDataException or FormatException)
        {
            await RefuseAsync(http, new TelegramRefusedException(400, $"Bad Request: {unreadable.Message}"));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client is gone.
        }
    }

    private bool IsToken(string token) => tokens.Count > 0 ? tokens.Contains(token)
        : token.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && token[0] != '0' && token.Length <= LongestToken
            && !token.AsSpan(0, colon).ContainsAnyExceptInRange('0', '9');

    private static Task RefuseAsync(HttpContext http, TelegramRefusedException refusal)
    {
        var body = new JsonObject { ["ok"] = false, ["error_code"] = refusal.Status, ["description"] = refusal.Message };
        if (refusal.RetryAfter is { } seconds)
        {
            body["parameters"] = new JsonObject { ["retry_after"] = seconds };
            http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
        return WriteAsync(http, body, refusal.Status);
    }

    private static Task WriteAsync(HttpContext http, JsonObject body, int status)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(body.ToJsonString(), http.RequestAborted);
    }

    private async Task ControlAsync(HttpContext http, string what)
    {
        try
        {
            switch (what, http.Request.Method)
            {
                case ("faults", "POST"):
                    Faults.Set(await http.Request.ReadFromJsonAsync<List<TelegramFault>>(Control, http.RequestAborted) ?? []);
                    break;
                case ("faults", "DELETE"):
                    Faults.Set([]);
                    break;
                case ("faults", "GET"):
                    break;
                case ("say", "POST"):
                    var said = await http.Request.ReadFromJsonAsync<Said>(Control, http.RequestAborted)
                        ?? throw new ArgumentException("Nothing is said.");
                    Chats.Say(said.Chat, said.Text, said.Language ?? "en");
                    break;
                case ("press", "POST"):
                    var pressed = await http.Request.ReadFromJsonAsync<Pressed>(Control, http.RequestAborted)
                        ?? throw new ArgumentException("Nothing is pressed.");
                    Chats.Press(pressed.Chat, pressed.Message, pressed.Data);
                    break;
                case ("block", "POST"):
                    var blocked = await http.Request.ReadFromJsonAsync<Blocked>(Control, http.RequestAborted)
                        ?? throw new ArgumentException("Nobody is named.");
                    Chats.Block(blocked.Chat, blocked.Is);
                    break;
                case ("chats", "GET"):
                    await http.Response.WriteAsJsonAsync(Chats.All, Control);
                    return;
                default:
                    throw new ArgumentException($"There is no {http.Request.Method} /control/{what}; there are faults, say, press, block and chats.");
            }
            await http.Response.WriteAsJsonAsync(Faults.All, Control);
        }
        catch (Exception refused) when (refused is JsonException or ArgumentException or InvalidOperationException)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            await http.Response.WriteAsJsonAsync(new { error = refused.Message }, Control);
        }
    }

    private sealed record Said(long Chat, string Text, string? Language = null);

    private sealed record Pressed(long Chat, int Message, string Data);

    private sealed record Blocked(long Chat, bool Is = true);

    /// <summary>Signals belong to whoever started the simulator.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>A call that Telegram refuses.</summary>
public sealed class TelegramRefusedException(int status, string description, int? retryAfter = null) : Exception(description)
{
    public int Status => status;

    /// <summary>Seconds.</summary>
    public int? RetryAfter => retryAfter;
}
