using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Testing;
using StockPipeline.Websocket.Connections;
using StockPipeline.Fanout.Broadcasting;
using StockPipeline.Fanout.Protocol;
using StockPipeline.WebsocketTests.Fanout;

namespace StockPipeline.WebsocketTests.Connections;

public sealed class WebsocketPortTests : IAsyncLifetime
{
    private static readonly FanoutLimits Limits = new() { MaxClients = 40, KeptCandles = 1_000 };

    private readonly OneFeed feeds = new(Limits);
    private BroadcastServer server = null!;

    public async Task InitializeAsync() =>
        server = await BroadcastServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), Limits, feeds, _ => { }, TimeProvider.System,
            NullLoggerFactory.Instance);

    public async Task DisposeAsync()
    {
        feeds.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_client_gets_snapshot_mark_and_live_values_over_the_wire()
    {
        feeds.Broadcaster.Preload(1, Frames.Of("a"));
        using var client = await ConnectAsync();

        Assert.Equal("a", await ReadAsync(client));
        Assert.Equal("mark:1", await ReadAsync(client));
        feeds.Broadcaster.Publish(2, Frames.Of("b"));
        Assert.Equal("b", await ReadAsync(client));
    }

    [Fact]
    public async Task Many_clients_see_the_same_in_the_same_order()
    {
        var clients = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => ConnectAsync()));

        for (var i = 0; i < 500; i++)
            feeds.Broadcaster.Publish(i, Frames.Of($"v{i}"));

        await Task.WhenAll(clients.Select(async client =>
        {
            Assert.Equal("mark:0", await ReadAsync(client));
            for (var i = 0; i < 500; i++)
                Assert.Equal($"v{i}", await ReadAsync(client));
            client.Dispose();
        }));
        await Eventually.TrueAsync(() => feeds.Broadcaster.Clients == 0);
    }

    [Fact]
    public async Task Closing_is_answered_and_the_client_forgotten()
    {
        using var client = await ConnectAsync();
        await ReadAsync(client);

        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).WaitAsync(Eventually.Patience);

        Assert.Equal(WebSocketCloseStatus.NormalClosure, client.CloseStatus);
        await Eventually.TrueAsync(() => feeds.Broadcaster.Clients == 0);
    }

    [Fact]
    public async Task Stopping_says_going_away_to_a_client_that_listens()
    {
        using var client = await ConnectAsync();
        await ReadAsync(client);

        var stopping = feeds.Broadcaster.StopAsync(CloseCode.GoingAway, "the service stops");
        var last = await client.ReceiveAsync(new byte[100], CancellationToken.None).WaitAsync(Eventually.Patience);

        Assert.Equal(WebSocketMessageType.Close, last.MessageType);
        Assert.Equal((WebSocketCloseStatus)CloseCode.GoingAway, client.CloseStatus);
        Assert.Equal("the service stops", client.CloseStatusDescription);
        await stopping.WaitAsync(Eventually.Patience);
    }

    [Fact]
    public async Task A_message_beyond_the_limit_is_answered_with_its_code()
    {
        using var client = await ConnectAsync();
        await ReadAsync(client);

        await client.SendAsync(new byte[ClientFrame.MaxPayload], WebSocketMessageType.Binary, true, CancellationToken.None);
        feeds.Broadcaster.Publish(1, Frames.Of("still here"));
        Assert.Equal("still here", await ReadAsync(client));
        await client.SendAsync(new byte[ClientFrame.MaxPayload + 1], WebSocketMessageType.Binary, true, CancellationToken.None);
        await client.ReceiveAsync(new byte[100], CancellationToken.None).WaitAsync(Eventually.Patience);

        Assert.Equal((WebSocketCloseStatus)CloseCode.TooBig, client.CloseStatus);
    }

    [Fact]
    public async Task Hostile_bytes_end_their_own_connection_and_no_other()
    {
        using var bystander = await ConnectAsync();
        await ReadAsync(bystander);
        var random = new Random(3);
        for (var i = 0; i < 30; i++)
        {
            using var hostile = await RawAsync(Handshake("/"));
            var bytes = new byte[200];
            random.NextBytes(bytes);
            await hostile.SendAsync(bytes);
            hostile.Shutdown(SocketShutdown.Send);
            await DrainAsync(hostile);
        }

        feeds.Broadcaster.Publish(1, Frames.Of("calm"));

        Assert.Equal("calm", await ReadAsync(bystander));
        await Eventually.TrueAsync(() => feeds.Broadcaster.Clients == 1);
    }

    [Theory]
    [InlineData("/?last=1001", "from 0 to 1000")]
    [InlineData("/?last=-1", "from 0 to 1000")]
    [InlineData("/?last=1&from=2026-01-01", "exclude")]
    [InlineData("/?from=yesterday", "such as")]
    [InlineData("/?lats=5", "'lats'")]
    [InlineData("/nowhere", "/candles")]
    public async Task What_cannot_be_served_is_refused_in_a_sentence_before_the_upgrade(string target, string part)
    {
        var answer = await DrainAsync(await RawAsync(Handshake(target)));

        Assert.Matches("^HTTP/1.1 40[04]", answer);
        Assert.Contains(part, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_client_too_many_and_a_service_that_is_not_ready_answer_503()
    {
        feeds.NotReady = "the values are still being read";
        Assert.Contains("still being read", await DrainAsync(await RawAsync(Handshake("/"))), StringComparison.Ordinal);
        feeds.NotReady = null;

        var clients = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => ConnectAsync()));
        var refused = await DrainAsync(await RawAsync(Handshake("/")));

        Assert.StartsWith("HTTP/1.1 503", refused, StringComparison.Ordinal);
        foreach (var client in clients)
            client.Dispose();
    }

    [Fact]
    public async Task The_page_comes_over_the_same_port_complete()
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{server.Port}") };

        var page = await http.GetStringAsync("/");

        Assert.Contains("/page.js", page, StringComparison.Ordinal);
        Assert.Contains("WebSocket", await http.GetStringAsync("/page.js"), StringComparison.Ordinal);
        Assert.Contains("#chart", await http.GetStringAsync("/page.css"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/elsewhere")).StatusCode);
    }

    [Fact]
    public async Task A_taken_port_is_named()
    {
        var refused = await Assert.ThrowsAsync<IOException>(() => BroadcastServer.StartAsync(
            new IPEndPoint(IPAddress.Loopback, server.Port), Limits, feeds, _ => { }, TimeProvider.System, NullLoggerFactory.Instance));

        Assert.Contains($"Port {server.Port}", refused.Message, StringComparison.Ordinal);
    }

    private static string Handshake(string target) =>
        $"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    private async Task<ClientWebSocket> ConnectAsync()
    {
        var client = new ClientWebSocket();
        await client.ConnectAsync(new Uri($"ws://127.0.0.1:{server.Port}/"), CancellationToken.None).WaitAsync(Eventually.Patience);
        return client;
    }

    private async Task<Socket> RawAsync(string request)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(request));
        return socket;
    }

    private static async Task<string> DrainAsync(Socket socket)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer).WaitAsync(Eventually.Patience) is > 0 and var length)
                text.Append(Encoding.Latin1.GetString(buffer, 0, length));
        }
        catch (SocketException)
        {
            text.Append("[reset]");
        }
        return text.ToString();
    }

    private static async Task<string> ReadAsync(ClientWebSocket client)
    {
        var buffer = new byte[4096];
        var message = await client.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(Eventually.Patience);
        Assert.True(message.EndOfMessage);
        return Encoding.UTF8.GetString(buffer, 0, message.Count).TrimEnd('.');
    }
}
