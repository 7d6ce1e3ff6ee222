using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using StockPipeline.Gateway.Feed;
using StockPipeline.Gateway.Live;
using StockPipeline.Gateway.People;
using StockPipeline.Gateway.Rest;

namespace StockPipeline.Gateway.Legacy;

/// <summary>
/// The two paths of the gateway that this one takes the place of, for its clients: a name for a number, and a socket with the newest bars every 15
/// seconds and sums on request. Numbers are names only: nobody is known by them and nothing is kept for them.
/// </summary>
internal sealed class LegacyPages(MarketTables tables, OriginRules rules, TimeProvider clock)
{
    private const int MaxSockets = 100;
    private const int MaxMessage = 8 << 10;
    private const int MaxNames = 10_000;
    private const int MaxName = 200;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, int> users = new(StringComparer.Ordinal);
    private readonly LegacyBars bars = new(tables);
    private int open;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/authorize/", (Delegate)AuthorizeAsync).ExcludeFromDescription();
        routes.MapGet("/connect/websocket/{userId}/{deviceId}/", (RequestDelegate)ConnectAsync).ExcludeFromDescription();
    }

    private async Task<IResult> AuthorizeAsync(HttpContext http)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
            if (body.RootElement.ValueKind == JsonValueKind.Object && body.RootElement.TryGetProperty("name", out var named)
                && named.ValueKind == JsonValueKind.String && named.GetString() is { Length: > 0 and <= MaxName } name)
            {
                var id = users.Count < MaxNames || users.ContainsKey(name) ? users.GetOrAdd(name, _ => users.Count + 1) : 0;
                return id > 0
                    ? Results.Content(string.Create(CultureInfo.InvariantCulture, $"{{\"user_id\":{id}}}"), "application/json")
                    : Problem.Of(StatusCodes.Status503ServiceUnavailable, "too-many-names", $"More than {MaxNames} names were given.");
            }
        }
        catch (JsonException)
        {
            // Said below, as for what is JSON and something else.
        }
        return Problem.Of(StatusCodes.Status422UnprocessableEntity, "name-missing", "An object with a name is expected: {\"name\":\"…\"}.");
    }

    private async Task ConnectAsync(HttpContext http)
    {
        if (Handshake.Problem(http.Request) is { } problem)
        {
            await Problem.Of(StatusCodes.Status426UpgradeRequired, "websocket-expected", problem).ExecuteAsync(http);
            return;
        }
        if (!rules.MayConnect(http.Request, Principal.Anybody))
        {
            await Problem.Of(StatusCodes.Status403Forbidden, "foreign-origin", "A page of another origin may not listen here.").ExecuteAsync(http);
            return;
        }
        if (Interlocked.Increment(ref open) > MaxSockets)
        {
            Interlocked.Decrement(ref open);
            await Problem.Of(StatusCodes.Status503ServiceUnavailable, "too-many-sockets", "There are as many sockets as allowed.").ExecuteAsync(http);
            return;
        }
        try
        {
            await ServeAsync(http);
        }
        catch (Exception gone) when (gone is WebSocketException or IOException or OperationCanceledException)
        {
            // The client is gone.
        }
        finally
        {
            Interlocked.Decrement(ref open);
        }
    }

    private async Task ServeAsync(HttpContext http)
    {
        http.Response.Headers.Upgrade = "websocket";
        http.Response.Headers["Sec-WebSocket-Accept"] = Handshake.Accept(http.Request.Headers["Sec-WebSocket-Key"].ToString());
        await using var stream = await http.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
        using var gate = new SemaphoreSlim(1);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        var user = http.Request.RouteValues["userId"]?.ToString() ?? "";
        var telling = TellAsync(socket, gate, leaving.Token);
        try
        {
            await HearAsync(socket, gate, user, leaving.Token);
        }
        finally
        {
            await leaving.CancelAsync();
            await telling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TellAsync(WebSocket socket, SemaphoreSlim gate, CancellationToken cancellationToken)
    {
        using var beat = new PeriodicTimer(Every, clock);
        do
            await SendAsync(socket, gate, bars.Newest(), cancellationToken);
        while (await beat.WaitForNextTickAsync(cancellationToken));
    }

    private async Task HearAsync(WebSocket socket, SemaphoreSlim gate, string user, CancellationToken cancellationToken)
    {
        var (buffer, length) = (new byte[MaxMessage], 0);
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
            length += read.Count;
            if (read.MessageType != WebSocketMessageType.Text || (length == buffer.Length && !read.EndOfMessage))
            {
                var (code, reason) = read.MessageType == WebSocketMessageType.Close ? (WebSocketCloseStatus.NormalClosure, "")
                    : read.MessageType == WebSocketMessageType.Binary ? (WebSocketCloseStatus.InvalidMessageType, "messages are text")
                    : (WebSocketCloseStatus.MessageTooBig, $"a message is at most {MaxMessage} bytes");
                using var limit = new CancellationTokenSource(CloseLimit, clock);
                await socket.CloseAsync(code, reason, limit.Token);
                return;
            }
            if (!read.EndOfMessage)
                continue;
            if (bars.Answer(buffer.AsMemory(0, length), user) is { } answer)
                await SendAsync(socket, gate, answer, cancellationToken);
            length = 0;
        }
    }

    private static async Task SendAsync(WebSocket socket, SemaphoreSlim gate, byte[] text, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            await socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        }
        finally
        {
            gate.Release();
        }
    }
}
