using System.Net.WebSockets;
using System.Text.Json;
using StockPipeline.Simulator.Currencies;

namespace StockPipeline.Simulator.Binance;

/// <summary>
/// Binance's streams on one port: <c>/ws</c>, <c>/ws/anything</c> and <c>/stream</c>. A connection lives for 24 hours of the market, takes five
/// messages a second, and 1,024 streams.
/// </summary>
internal sealed class BinanceStreams(BinanceMarkets markets, BinanceTape tape, WorldFaults faults, TimeProvider clock)
{
    public const int MostStreams = 1_024;

    public const int MessagesPerSecond = 5;

    private const int LargestMessage = 64 * 1024;

    private static readonly TimeSpan LongestLife = TimeSpan.FromHours(24);

    private static readonly TimeSpan SendEvery = TimeSpan.FromMilliseconds(20);

    public async Task ServeAsync(HttpContext http, string path, CancellationToken cancellationToken)
    {
        if (path != "/stream" && path != "/ws" && !path.StartsWith("/ws/", StringComparison.Ordinal))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        using var connection = new BinanceConnection(socket, path == "/stream", markets, tape, faults, clock);
        var names = path == "/stream" ? http.Request.Query["streams"].ToString() : path.Length > 4 ? path[4..] : "";
        connection.Subscribe(names.Split('/', StringSplitOptions.RemoveEmptyEntries));
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = ReadAsync(socket, connection, ending.Token);
        var writing = WriteAsync(socket, connection, ending.Token);
        await Task.WhenAny(reading, writing);
        await ending.CancelAsync();
        await Task.WhenAll(reading, writing);
    }

    private async Task ReadAsync(WebSocket socket, BinanceConnection connection, CancellationToken cancellationToken)
    {
        var (buffer, second, count) = (new byte[LargestMessage], 0L, 0);
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                if (length == buffer.Length)
                    throw new IOException("The message is too large.");
                part = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
                length += part.Count;
            }
            while (!part.EndOfMessage);
            if (part.MessageType == WebSocketMessageType.Close)
                return;
            var now = clock.GetUtcNow().ToUnixTimeSeconds();
            (second, count) = now == second ? (second, count + 1) : (now, 1);
            if (count > MessagesPerSecond)
            {
                await connection.CloseAsync(WebSocketCloseStatus.PolicyViolation, "Too many requests");
                return;
            }
            await connection.SendAsync(Answer(connection, buffer.AsSpan(0, length)), cancellationToken);
        }
    }

    private static string Answer(BinanceConnection connection, ReadOnlySpan<byte> message)
    {
        var id = "null";
        try
        {
            var reader = new Utf8JsonReader(message);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            id = root.TryGetProperty("id", out var given) ? given.GetRawText() : "null";
            var method = root.GetProperty("method").GetString();
            var parameters = root.TryGetProperty("params", out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()]
                : Array.Empty<JsonElement>();
            switch (method)
            {
                case "SUBSCRIBE":
                    if (!parameters.All(one => IsStream(one.GetString())))
                        return Error(2, "Invalid request: invalid stream", id);
                    return connection.Subscribe([.. parameters.Select(one => one.GetString()!)])
                        ? Result("null", id)
                        : Error(2, $"Invalid request: more than {MostStreams} streams", id);
                case "UNSUBSCRIBE":
                    connection.Unsubscribe([.. parameters.Select(one => one.GetString()!)]);
                    return Result("null", id);
                case "LIST_SUBSCRIPTIONS":
                    return Result(JsonSerializer.Serialize(connection.Names), id);
                case "SET_PROPERTY" when parameters is [var name, var value] && name.GetString() == "combined":
                    connection.IsCombined = value.GetBoolean();
                    return Result("null", id);
                case "GET_PROPERTY" when parameters is [var name] && name.GetString() == "combined":
                    return Result(connection.IsCombined ? "true" : "false", id);
                case "SET_PROPERTY" or "GET_PROPERTY":
                    return Error(0, "Unknown property", id);
                default:
                    return Error(2, $"Invalid request: unknown variant `{method}`", id);
            }
        }
        catch (JsonException)
        {
            return Error(3, "Invalid JSON: expected value", id);
        }
        catch (Exception wrong) when (wrong is KeyNotFoundException or InvalidOperationException)
        {
            return Error(2, "Invalid request: missing field or wrong type", id);
        }
    }

    /// <summary>A well-formed name of an unknown market is accepted, and never sends anything.</summary>
    private static bool IsStream(string? name) => name is not null && (name.StartsWith('!') || name.Contains('@', StringComparison.Ordinal));

    private static string Result(string result, string id) => $$"""{"result":{{result}},"id":{{id}}}""";

    private static string Error(int code, string text, string id) => $$$"""{"error":{"code":{{{code}}},"msg":"{{{text}}}"},"id":{{{id}}}}""";

    private async Task WriteAsync(WebSocket socket, BinanceConnection connection, CancellationToken cancellationToken)
    {
        var opened = clock.GetUtcNow();
        DateTimeOffset? shutdown = null;
        while (socket.State == WebSocketState.Open)
        {
            var now = clock.GetUtcNow();
            if (faults.Find(WorldFaultKind.Disconnect) is not null)
                throw new IOException("The connection is cut.");
            if (now - opened >= LongestLife)
            {
                await connection.CloseAsync(WebSocketCloseStatus.EndpointUnavailable, "24 hours");
                return;
            }
            if (faults.Find(WorldFaultKind.Shutdown) is { Since: var since } && since >= opened)
            {
                if (shutdown is null)
                {
                    var text = $$"""{"e":"serverShutdown","E":{{now.ToUnixTimeMilliseconds()}}}""";
                    await connection.SendEventAsync("!serverShutdown", text, cancellationToken);
                }
                shutdown ??= now;
                if (now - shutdown > TimeSpan.FromSeconds(10))
                    throw new IOException("The server stops.");
            }
            await connection.SendNewsAsync(now.ToUnixTimeMilliseconds(), cancellationToken);
            await Task.Delay(SendEvery, TimeProvider.System, cancellationToken);
        }
    }
}
