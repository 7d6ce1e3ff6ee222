using System.Globalization;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.GatewayTests.Service;

/// <summary>Real gateways, one of which may be killed at any moment; whoever is cut off goes on at the other.</summary>
[Collection(GatewayCollection.Name)]
public sealed class TwoGatewaysTests(GatewaySite site, ITestOutputHelper output)
{
    private const int Rounds = 8;
    private const int Candles = 40;

    /// <summary>More than the connection holds for a client that does not read.</summary>
    private const int ChangesOfRound = 1_500;

    [Fact]
    public async Task Killed_at_random_under_corrections_a_client_that_reads_slowly_ends_equal_to_a_fresh_snapshot()
    {
        var random = new Random(Seed.Next(output.WriteLine));
        var ports = FreePorts.Take(2);
        var gateways = await Task.WhenAll(ports.Select(port => site.StartAsync(port)));
        var (truth, resumed, slow) = (new SortedDictionary<DateTimeOffset, double>(), 0, 0);
        var at = 0;
        var client = await Slow.OpenAsync(ports[at], new Known());

        for (var round = 1; round <= Rounds; round++)
        {
            for (var change = 0; change < ChangesOfRound; change++)
            {
                var number = random.Next(Candles);
                double? close = random.Next(6) == 0 ? null : (round * 10_000) + change;
                await site.SendLongAsync(GatewaySite.Yandex, number, close);
                var time = new DateTimeOffset(GatewaySite.Open.Date, TimeSpan.Zero).AddHours(4 * number);
                if (close is { } price)
                    truth[time] = price;
                else
                    truth.Remove(time);
            }
            var isCut = round % 3 == 0 || random.Next(4) == 0;
            if (!isCut && random.Next(2) == 0)
                await client.ReadUntilPongAsync(round);
            else
                slow++;
            if (!isCut)
                continue;
            // It is killed with what it was just saying half said, and comes back while the client is at the other one.
            gateways[at].Signal(ChildProcess.Kill);
            client.Dispose();
            await gateways[at].DisposeAsync();
            var dead = at;
            at = 1 - at;
            client = await Slow.OpenAsync(ports[at], client.Known);
            resumed++;
            gateways[dead] = await site.StartAsync(ports[dead]);
        }
        await site.FlushAsync();

        await client.ReadUntilAsync(truth);
        var fresh = await Slow.OpenAsync(ports[1 - at], new Known());
        await fresh.ReadUntilAsync(truth);
        output.WriteLine($"{resumed} times resumed, {slow} of {Rounds} rounds not read; {client.Known.Resets} resets");
        Assert.Equal(0, client.Known.Resets);
        client.Dispose();
        fresh.Dispose();
        for (var number = 0; number < Candles; number++)
            await site.SendLongAsync(GatewaySite.Yandex, number, null);
        await site.FlushAsync();
        foreach (var gateway in gateways)
            await gateway.DisposeAsync();
    }

    /// <summary>What a client knows, over all of its connections.</summary>
    private sealed class Known
    {
        public SortedDictionary<DateTimeOffset, double> Rows { get; } = [];

        public string? Position { get; set; }

        public int Resets { get; set; }
    }

    /// <summary>A client whose system holds little for it while it does not read.</summary>
    private sealed class Slow(ClientWebSocket socket, Known known) : IDisposable
    {
        private const int SystemBuffer = 4 << 10;

        private int lastPong;

        public Known Known => known;

        public static async Task<Slow> OpenAsync(int port, Known known)
        {
            var socket = new ClientWebSocket();
            using var way = new SocketsHttpHandler { ConnectCallback = ConnectAsync };
            using var invoker = new HttpMessageInvoker(way, disposeHandler: false);
            await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}/api/live"), invoker, default).WaitAsync(Eventually.Patience);
            // Cut off before its first mark it begins anew, as every client is told to.
            if (known.Position is null)
                known.Rows.Clear();
            var client = new Slow(socket, known);
            var position = known.Position is { } text ? $",\"pos\":\"{text}\"" : "";
            await client.SayAsync(
                $$"""{"op":"subscribe","subs":[{"sub":1,"stream":"candles","figi":"YDEX","interval":"4-hour","last":1000{{position}}}]}""");
            return client;
        }

        /// <summary>Takes all that comes up to the answer to a ping.</summary>
        public async Task ReadUntilPongAsync(int id)
        {
            await SayAsync(string.Create(CultureInfo.InvariantCulture, $$"""{"op":"ping","id":{{id}}}"""));
            while (lastPong != id)
                await TakeMessageAsync();
        }

        /// <summary>Takes what comes until it knows what it should; gives up where nothing more comes.</summary>
        public async Task ReadUntilAsync(SortedDictionary<DateTimeOffset, double> truth)
        {
            while (!known.Rows.SequenceEqual(truth))
                await TakeMessageAsync();
        }

        public void Dispose() => socket.Dispose();

        private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = SystemBuffer };
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }

        private Task SayAsync(string text) => socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default);

        private async Task TakeMessageAsync()
        {
            using var message = await ReadAsync();
            if (message.RootElement.ValueKind != JsonValueKind.Array)
            {
                Take(message.RootElement);
                return;
            }
            foreach (var one in message.RootElement.EnumerateArray())
                Take(one);
        }

        private async Task<JsonDocument> ReadAsync()
        {
            var (message, piece) = (new List<byte>(), new byte[4_096]);
            while (true)
            {
                var read = await socket.ReceiveAsync(piece, default).WaitAsync(Eventually.Patience);
                message.AddRange(piece.AsSpan(0, read.Count));
                if (read.EndOfMessage)
                    return JsonDocument.Parse(message.ToArray());
            }
        }

        private void Take(JsonElement one)
        {
            switch (Wire.TypeOf(one))
            {
                case null when one.TryGetProperty("close", out var close):
                    known.Rows[one.GetProperty("time").GetDateTimeOffset()] = close.GetDouble();
                    break;
                case "removed":
                    known.Rows.Remove(one.GetProperty("time").GetDateTimeOffset());
                    break;
                case "reset":
                    known.Rows.Clear();
                    (known.Position, known.Resets) = (null, known.Resets + 1);
                    break;
                case "pong":
                    lastPong = one.GetProperty("id").GetInt32();
                    break;
                case "mark":
                    known.Position = one.GetProperty("pos").GetString();
                    break;
            }
        }
    }
}
