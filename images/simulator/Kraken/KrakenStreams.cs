using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using StockPipeline.Simulator.Binance;
using StockPipeline.Simulator.Currencies;

namespace StockPipeline.Simulator.Kraken;

/// <summary>Kraken's second interface of streams: a status at the beginning, tickers, a heartbeat each second, and pings as messages.</summary>
internal sealed class KrakenStreams(KrakenMarkets markets, CurrencyMarket market, WorldFaults faults, TimeProvider clock)
{
    private static readonly TimeSpan SendEvery = TimeSpan.FromMilliseconds(20);

    public async Task ServeAsync(HttpContext http, string path, CancellationToken cancellationToken)
    {
        if (path != "/v2")
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        using var connection = new Connection(socket);
        await connection.SendAsync(
            """
            {"channel":"status","type":"update","data":[
            {"system":"online","api_version":"v2","connection_id":12282729402123964000,"version":"2.0.9"}]}
            """,
            cancellationToken);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = ReadAsync(socket, connection, ending.Token);
        var writing = WriteAsync(socket, connection, ending.Token);
        await Task.WhenAny(reading, writing);
        await ending.CancelAsync();
        await Task.WhenAll(reading, writing);
    }

    private async Task ReadAsync(WebSocket socket, Connection connection, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close)
                return;
            foreach (var answer in Answers(connection, buffer.AsSpan(0, part.Count)))
                await connection.SendAsync(answer, cancellationToken);
        }
    }

    private List<string> Answers(Connection connection, ReadOnlySpan<byte> message)
    {
        var now = Instant(clock.GetUtcNow());
        var times = $"\"time_in\":\"{now}\",\"time_out\":\"{now}\"";
        try
        {
            var reader = new Utf8JsonReader(message);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            var method = root.GetProperty("method").GetString();
            var id = root.TryGetProperty("req_id", out var given) ? $"\"req_id\":{given.GetRawText()}," : "";
            if (method == "ping")
                return [$"{{\"method\":\"pong\",{id}{times}}}"];
            if (method is not ("subscribe" or "unsubscribe"))
                return [$$"""{"error":"Method not supported","success":false,{{times}}}"""];
            var asked = root.GetProperty("params");
            var channel = asked.GetProperty("channel").GetString();
            if (channel == "heartbeat")
                return [$$$"""{"method":"{{{method}}}",{{{id}}}"result":{"channel":"heartbeat"},"success":true,{{{times}}}}"""];
            if (channel != "ticker")
                return [$$"""{"error":"Subscription name invalid","method":"{{method}}","success":false,{{id}}{{times}}}"""];
            return [.. asked.GetProperty("symbol").EnumerateArray().SelectMany(symbol => Change(connection, method, symbol.GetString()!, id, times))];
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return [$$"""{"error":"Malformed request","success":false,{{times}}}"""];
        }
    }

    private List<string> Change(Connection connection, string method, string symbol, string id, string times)
    {
        if (markets.BySymbol(symbol) is not { } one)
        {
            return
            [
                $$"""
                {"error":"Currency pair not supported {{symbol}}","method":"{{method}}",{{id}}"success":false,"symbol":"{{symbol}}",{{times}}}
                """,
            ];
        }
        var answer = $$$"""
            {"method":"{{{method}}}",{{{id}}}"result":{"channel":"ticker","symbol":"{{{symbol}}}","snapshot":true},"success":true,{{{times}}}}
            """;
        if (method == "unsubscribe")
        {
            connection.ToldUntil.TryRemove(symbol, out _);
            return [answer];
        }
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        connection.ToldUntil[symbol] = now;
        return [answer, Ticker(one, "snapshot", market.LastTrade(KrakenWorld.Exchange, one.Coin, one.Quote, OpenUntil(one, now)))];
    }

    private long OpenUntil(KrakenMarket one, long nowMs) =>
        faults.Find(WorldFaultKind.Delisted, one.Symbol) is { Since: var since } ? Math.Min(nowMs, since.ToUnixTimeMilliseconds()) : nowMs;

    private async Task WriteAsync(WebSocket socket, Connection connection, CancellationToken cancellationToken)
    {
        var beat = clock.GetUtcNow();
        while (socket.State == WebSocketState.Open)
        {
            var now = clock.GetUtcNow();
            if (faults.Find(WorldFaultKind.Disconnect) is not null)
                throw new IOException("The connection is cut.");
            var isSilent = faults.Find(WorldFaultKind.Silence) is not null;
            foreach (var symbol in connection.ToldUntil.Keys)
            {
                var one = markets.BySymbol(symbol)!;
                var until = now.ToUnixTimeMilliseconds();
                if (faults.Find(WorldFaultKind.Late, symbol) is { Fault.Delay: var delay })
                    until -= (long)(delay * 1000);
                if (!connection.ToldUntil.TryGetValue(symbol, out var from) || until <= from)
                    continue;
                connection.ToldUntil[symbol] = until;
                if (isSilent || faults.Find(WorldFaultKind.Silence, symbol) is not null)
                    continue;
                foreach (var trade in market.Trades(KrakenWorld.Exchange, one.Coin, one.Quote, from, OpenUntil(one, until), most: 200))
                    await connection.SendAsync(Ticker(one, "update", trade), cancellationToken);
            }
            if (now - beat >= TimeSpan.FromSeconds(1) && !isSilent)
            {
                beat = now;
                await connection.SendAsync("""{"channel":"heartbeat"}""", cancellationToken);
            }
            await Task.Delay(SendEvery, TimeProvider.System, cancellationToken);
        }
    }

    private static string Ticker(KrakenMarket one, string type, in CurrencyTrade trade)
    {
        var tick = BinanceTape.Tick(one.Decimals);
        string Text(decimal value) => BinanceTape.Text(value, one.Decimals);
        var time = Instant(DateTimeOffset.FromUnixTimeMilliseconds(trade.TimeMs));
        return string.Create(CultureInfo.InvariantCulture,
            $$"""
            {"channel":"ticker","type":"{{type}}","data":[{"symbol":"{{one.Symbol}}","bid":{{Text(trade.Price - tick)}},"bid_qty":1.5,
            "ask":{{Text(trade.Price + tick)}},"ask_qty":2.5,"last":{{Text(trade.Price)}},"volume":1234.5,"vwap":{{Text(trade.Price)}},
            "low":{{Text(trade.Price * 0.98m)}},"high":{{Text(trade.Price * 1.02m)}},"change":0.5,"change_pct":0.1,"timestamp":"{{time}}"}]}
            """);
    }

    private static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>One client: the pairs it has asked for, each with the moment up to which it has been told.</summary>
    private sealed class Connection(WebSocket socket) : IDisposable
    {
        private readonly SemaphoreSlim sending = new(1);

        public ConcurrentDictionary<string, long> ToldUntil { get; } = new(StringComparer.Ordinal);

        public async Task SendAsync(string text, CancellationToken cancellationToken)
        {
            await sending.WaitAsync(cancellationToken);
            try
            {
                await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
            }
            finally
            {
                sending.Release();
            }
        }

        public void Dispose() => sending.Dispose();
    }
}
