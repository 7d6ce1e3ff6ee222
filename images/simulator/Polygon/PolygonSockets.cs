using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace StockPipeline.Simulator.Polygon;

/// <summary>The websocket of the simulated polygon.io: minutes when they are over, and again when a late trade corrects them.</summary>
internal sealed class PolygonSockets(UsMarket market, PolygonWorldOptions options)
{
    /// <summary>How long after its end a minute is told.</summary>
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LastWord = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan LongestLateness = TimeSpan.FromMinutes(14);

    private readonly ConcurrentDictionary<string, Connection> connections = new();

    /// <summary>Who is connected and let in.</summary>
    public int Count => connections.Count;

    /// <summary>Up to where everything has been told.</summary>
    public DateTimeOffset ToldUntil { get; private set; }

    /// <summary>Cuts every connection without a word, as happens every hour or two.</summary>
    public void Drop()
    {
        foreach (var connection in connections.Values)
            connection.Socket.Abort();
    }

    public async Task ServeAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = 400;
            return;
        }
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await using var connection = new Connection(socket);
        try
        {
            await connection.SayAsync([Status("connected", "Connected Successfully")], context.RequestAborted);
            await ListenAsync(connection, context.RequestAborted);
        }
        catch (Exception ended) when (ended is WebSocketException or OperationCanceledException or JsonException)
        {
            // It has gone, or talks what we do not understand: either way it is over.
        }
        finally
        {
            if (connection.Key is { } key)
                connections.TryRemove(KeyValuePair.Create(key, connection));
        }
    }

    /// <summary>Says what has happened, at each turn of the market's minute.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var told = options.Clock.GetUtcNow() - Delay;
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
            var now = options.Clock.GetUtcNow() - Delay;
            foreach (var connection in connections.Values)
            {
                var events = Between(told, now, connection.Tickers).ToArray();
                if (events.Length > 0)
                    await connection.TrySayAsync(events, cancellationToken);
            }
            ToldUntil = told = now;
        }
    }

    private async Task ListenAsync(Connection connection, CancellationToken cancellationToken)
    {
        var buffer = new byte[256 * 1024];
        while (connection.Socket.State == WebSocketState.Open)
        {
            var length = 0;
            ValueWebSocketReceiveResult received;
            do
            {
                received = await connection.Socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
                length += received.Count;
            }
            while (!received.EndOfMessage && length < buffer.Length);
            if (received.MessageType == WebSocketMessageType.Close)
                return;
            var request = JsonNode.Parse(buffer.AsSpan(0, length))!.AsObject();
            var parameters = (string?)request["params"] ?? string.Empty;
            switch ((string?)request["action"])
            {
                case "auth" when !await AuthorizeAsync(connection, parameters, cancellationToken):
                    connection.Socket.Abort();
                    return;
                case "subscribe" when connection.Key is not null:
                    await SubscribeAsync(connection, parameters, cancellationToken);
                    break;
                case "unsubscribe":
                    foreach (var pair in parameters.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                    {
                        connection.Tickers.TryRemove(pair[(pair.IndexOf('.') + 1)..], out _);
                        await connection.SayAsync([Status("success", $"unsubscribed to: {pair}")], cancellationToken);
                    }
                    break;
            }
        }
    }

    private async Task<bool> AuthorizeAsync(Connection connection, string key, CancellationToken cancellationToken)
    {
        if (options.IsFree || key.Length == 0 || (options.Keys.Count > 0 && !options.Keys.Contains(key)))
        {
            await connection.SayAsync([Status("auth_failed", "authentication failed")], cancellationToken);
            // The word is to arrive before the line is cut.
            await Task.Delay(LastWord, TimeProvider.System, cancellationToken);
            return false;
        }
        connection.Key = key;
        if (connections.TryGetValue(key, out var older) && older != connection)
        {
            await older.TrySayAsync([Status("max_connections", "Maximum number of connections exceeded.")], cancellationToken);
            await Task.Delay(LastWord, TimeProvider.System, cancellationToken);
            older.Socket.Abort();
        }
        connections[key] = connection;
        await connection.SayAsync([Status("auth_success", "authenticated")], cancellationToken);
        return true;
    }

    /// <summary>Tickers nobody knows are acknowledged too; a topic nobody knows is passed over in silence.</summary>
    private static async Task SubscribeAsync(Connection connection, string parameters, CancellationToken cancellationToken)
    {
        var said = new List<JsonNode>();
        foreach (var pair in parameters.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (pair.StartsWith("AM.", StringComparison.Ordinal) && connection.Tickers.TryAdd(pair[3..], true))
                said.Add(Status("success", $"subscribed to: {pair}"));
        }
        if (said.Count > 0)
            await connection.SayAsync([.. said], cancellationToken);
    }

    private IEnumerable<JsonNode> Between(DateTimeOffset after, DateTimeOffset upTo, ConcurrentDictionary<string, bool> tickers)
    {
        if (tickers.IsEmpty)
            yield break;
        var all = tickers.ContainsKey("*");
        var first = Floor(after - LongestLateness);
        for (var start = first; start.AddMinutes(1) <= upTo; start = start.AddMinutes(1))
        {
            foreach (var listing in market.Listings.Where(one => all || tickers.ContainsKey(one.Ticker)))
            {
                var end = start.AddMinutes(1);
                var isNew = end > after && end <= upTo;
                var isCorrected = market.LateBy(listing, start) is { } late && end + late > after && end + late <= upTo;
                if ((isNew || isCorrected) && IsTold(start) && market.At(listing, start, isCorrected ? upTo : end) is { } bar)
                    yield return Minute(listing, bar);
            }
        }
    }

    private static bool IsTold(DateTimeOffset start)
    {
        var local = TimeZoneInfo.ConvertTime(start, StockPipeline.Polygon.Calendar.NewYork.Zone);
        return local.Hour is >= 4 and < 20 && !StockPipeline.Polygon.Calendar.NewYork.IsClosed(DateOnly.FromDateTime(local.DateTime));
    }

    private static DateTimeOffset Floor(DateTimeOffset instant) =>
        DateTimeOffset.FromUnixTimeSeconds(instant.ToUnixTimeSeconds() / 60 * 60);

    private static JsonObject Minute(UsListing listing, UsBar bar) => new()
    {
        ["ev"] = "AM", ["sym"] = listing.Ticker, ["v"] = bar.Volume, ["av"] = bar.Volume, ["op"] = bar.Open, ["vw"] = bar.Close, ["o"] = bar.Open,
        ["c"] = bar.Close, ["h"] = bar.High, ["l"] = bar.Low, ["a"] = bar.Close, ["z"] = 57.5, ["s"] = bar.StartMs, ["e"] = bar.StartMs + 60_000,
    };

    private static JsonObject Status(string status, string message) =>
        new() { ["ev"] = "status", ["status"] = status, ["message"] = message };

    private sealed class Connection(WebSocket socket) : IAsyncDisposable
    {
        private readonly SemaphoreSlim sending = new(1);

        public WebSocket Socket => socket;

        public string? Key { get; set; }

        public ConcurrentDictionary<string, bool> Tickers { get; } = new();

        public async Task SayAsync(JsonNode[] events, CancellationToken cancellationToken)
        {
            var frame = Encoding.UTF8.GetBytes(new JsonArray(events).ToJsonString());
            await sending.WaitAsync(cancellationToken);
            try
            {
                await socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
            }
            finally
            {
                sending.Release();
            }
        }

        /// <summary>To one that has gone nothing is said.</summary>
        public async Task TrySayAsync(JsonNode[] events, CancellationToken cancellationToken)
        {
            try
            {
                await SayAsync(events, cancellationToken);
            }
            catch (Exception gone) when (gone is WebSocketException or ObjectDisposedException or InvalidOperationException)
            {
                socket.Abort();
            }
        }

        public ValueTask DisposeAsync()
        {
            sending.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
