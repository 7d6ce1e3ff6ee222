using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Streaming.Producing;
using StockPipeline.Surroundings;
using StockPipeline.Testing;
using StockPipeline.Websocket;
using StockPipeline.Fanout.Protocol;

namespace StockPipeline.WebsocketTests.Service;

/// <summary>From the topic of values to the frames of a client.</summary>
public sealed class WebsocketServiceTests
{
    private static readonly Interval Minute = Interval.OneMinute;
    private static readonly DateTimeOffset Open = new(2025, 6, 11, 7, 0, 0, TimeSpan.Zero);

    private static readonly Instrument Share = new()
    {
        Figi = new Figi("BBG004730N88"), Ticker = "SBER", ClassCode = "TQBR", Uid = "uid", Name = "Sberbank", Currency = "rub", Lot = 1,
        MinPriceIncrement = Price.Parse("0.01"), Exchange = "exchange", Weekend = true,
    };

    [Fact]
    public async Task A_client_sees_what_there_was_the_mark_each_change_whatever_else_is_said_of_the_share_and_why_it_is_sent_away()
    {
        await using var surroundings = await ServiceSurroundings.StartAsync();
        var client = surroundings.Client;
        var values = client.Kafka.WriteTo(client.Topics.Macd(Minute), await client.Codecs.MacdAsync(Minute, default));
        await surroundings.ConfigureAsync(ConfigRecord.Of(Share));
        await SayAsync(values, 1, 0.1);
        await SayAsync(values, 0, 0.5);
        var port = FreePorts.Take(1)[0];
        var frames = new List<string>();

        await surroundings.WhileRunningAsync(
            builder => builder.AddWebsocket(),
            async () =>
            {
                using var socket = await ConnectAsync(port);
                frames.AddRange([await ReadAsync(socket), await ReadAsync(socket), await ReadAsync(socket)]);
                await SayAsync(values, 2, 0.2);
                frames.Add(await ReadAsync(socket));
                await values.DeliverAsync(KeyOf(1), null, default);
                frames.Add(await ReadAsync(socket));
                foreach (var minute in Enumerable.Range(3, 20))
                {
                    if (minute == 3)
                        await surroundings.ConfigureAsync(ConfigRecord.Of(Share with { Lot = 10, Name = "Sberbank of Russia" }));
                    await SayAsync(values, minute, 0.3);
                    Assert.StartsWith("0.3", await ReadAsync(socket), StringComparison.Ordinal);
                }
                var config = client.Kafka.WriteTo(client.Topics.Config, await client.Codecs.ConfigAsync(default));
                await config.DeliverAsync(ConfigKey.Of(Share.Figi).ToString(), null, default);
                frames.Add(await ReadAsync(socket));
            },
            ("TOPIC", "macd-values-1-min"), ("TICKER", "SBER"), ("PORT", port.ToString(CultureInfo.InvariantCulture)));

        Assert.Equal(["0.5 07:00", "0.1 07:01", "mark", "0.2 07:02", "removed", $"closed {(int)CloseCode.InstrumentRemoved}"], frames);
    }

    private static async Task<ClientWebSocket> ConnectAsync(int port) => (await Eventually.SeeAsync<ClientWebSocket?>(
        async () =>
        {
            var socket = new ClientWebSocket();
            try
            {
                await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}/"), default);
                return socket;
            }
            catch (WebSocketException)
            {
                socket.Dispose();
                return null;
            }
        },
        socket => socket is not null))!;

    /// <summary>The next frame in a few words.</summary>
    private static async Task<string> ReadAsync(ClientWebSocket socket)
    {
        var buffer = new byte[4096];
        var read = await socket.ReceiveAsync(buffer, default).WaitAsync(Eventually.Patience, TimeProvider.System);
        if (read.MessageType == WebSocketMessageType.Close)
            return string.Create(CultureInfo.InvariantCulture, $"closed {(int)read.CloseStatus!.Value}");
        using var frame = JsonDocument.Parse(buffer.AsMemory(0, read.Count));
        return frame.RootElement.TryGetProperty("type", out var type)
            ? type.GetString()!
            : $"{frame.RootElement.GetProperty("main_line").GetRawText()} {frame.RootElement.GetProperty("time").GetString()![11..16]}";
    }

    private static Task SayAsync(TopicWriter<MacdValue> writer, int minute, double main) => writer.DeliverAsync(
        KeyOf(minute),
        new MacdValue
        {
            Figi = Share.Figi, OpenTime = Open.AddMinutes(minute), Close = Price.Parse("300"), MainLine = main, SignalLine = 0, Histogram = main,
            Final = true, Parameters = MacdParameters.Default, Epoch = 1,
        },
        default);

    private static string KeyOf(int minute) => new CandleKey(Share.Figi, Open.AddMinutes(minute)).ToString();
}
