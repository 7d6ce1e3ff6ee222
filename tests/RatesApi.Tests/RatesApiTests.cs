using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using StockPipeline.Contracts.Rates;
using StockPipeline.Testing;

namespace StockPipeline.RatesApiTests;

/// <summary>Topics in, answers out.</summary>
public sealed class RatesApiTests(ApiPlace place) : IClassFixture<ApiPlace>
{
    [Theory]
    [InlineData("/api/v1/currency_pair/?currency_pair=old-usd")]
    [InlineData("/api/v1/currency_pair?currency_pair=old-usd")]
    [InlineData("/api/v1/currency_pair/%7D?currency_pair=old-usd")]
    [InlineData("/api/v1/currency_pair/?currency_pair=old-usd&unknown=1")]
    public async Task Clients_of_old_find_their_two_fields_first_and_every_price_has_its_age(string path)
    {
        await place.SayAsync("old-usd/kraken", 67012.31m, age: 5);

        var answer = await place.SeeAsync(path);

        Assert.Equal(["exchanger", "courses"], answer.EnumerateObject().Select(field => field.Name));
        var course = answer.GetProperty("courses")[0];
        Assert.Equal(["direction", "value"], course.EnumerateObject().Take(2).Select(field => field.Name));
        Assert.Equal(("kraken", "old-usd", 67012.31m, "67012.31"), (answer.GetProperty("exchanger").GetString(),
            course.GetProperty("direction").GetString(), course.GetProperty("value").GetDecimal(), course.GetProperty("text").GetString()));
        Assert.InRange(course.GetProperty("age_ms").GetInt64(), 5_000, 90_000);
        Assert.Equal("old-usd", course.GetProperty("path")[0].GetString());
    }

    [Fact]
    public async Task A_price_grows_stale_by_itself_and_what_is_dead_says_since_when()
    {
        await place.SayAsync("aging-usd/kraken", 5m, age: 0, maxAge: 1);
        await place.SayAsync("dead-usd/kraken", 5m, age: 3_600, maxAge: 60);
        await place.NameAsync(101, "silent-usd");

        await place.SeeAsync("/api/v1/currency_pair/?currency_pair=aging-usd",
            isRight: body => body.GetProperty("courses")[0].GetProperty("stale").GetBoolean());
        var dead = await place.SeeAsync("/api/v1/currency_pair/?currency_pair=dead-usd", 503);
        Assert.InRange(dead.GetProperty("age_ms").GetInt64(), 3_600_000, 3_700_000);
        Assert.EndsWith("Z", dead.GetProperty("since").GetString(), StringComparison.Ordinal);
        var silent = await place.SeeAsync("/api/v1/currency_pair/?currency_pair=silent-usd", 503);
        Assert.Contains("has come yet", silent.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_is_said_as_it_always_was()
    {
        var unknown = await place.AskAsync("/api/v1/currency_pair/?currency_pair=no-such");
        Assert.Equal((400, """{"detail":"Pair not found"}"""), (unknown.Status, unknown.Body.GetRawText()));
        Assert.Equal(400, (await place.AskAsync("/api/v1/currency_pair/?currency_pair=%00")).Status);
        Assert.Equal(422, (await place.AskAsync("/api/v1/currency_pair/")).Status);
        Assert.Equal(422, (await place.AskAsync("/api/v1/currency_pair/?currency_pair=bitcoin-usd&amount=much")).Status);
        Assert.Equal(422, (await place.AskAsync("/api/v1/history/bitcoin-usd?interval=week")).Status);
    }

    [Fact]
    public async Task Derived_pairs_follow_the_rates_they_are_made_of()
    {
        await place.SayAsync("alpha-usdt/binance", 100m);
        await place.SayAsync("tether-usd/coingecko", 0.5m);
        await place.SeeAsync("/api/v1/currency_pair/?currency_pair=alpha-usd", isRight: body => ValueOf(body) == 50m);

        await place.SayAsync("tether-usd/coingecko", 2m);

        await place.SeeAsync("/api/v1/currency_pair/?currency_pair=alpha-usd", isRight: body => ValueOf(body) == 200m);
        var inverse = await place.SeeAsync("/api/v1/currency_pair/?currency_pair=usd-alpha", isRight: body => ValueOf(body) == 0.005m);
        Assert.Equal("alpha-usdt", inverse.GetProperty("courses")[0].GetProperty("path")[1].GetString());
        await place.TakeBackAsync("alpha-usdt/binance");
        await place.SeeAsync("/api/v1/currency_pair/?currency_pair=alpha-usd", 400);
    }

    [Fact]
    public async Task A_source_an_age_and_an_amount_narrow_the_answer()
    {
        await place.SayAsync("narrow-usd/kraken", 10m, age: 30);
        await place.SayAsync("narrow-usd/coinbase", 11m, age: 1);

        const string path = "/api/v1/currency_pair/?currency_pair=narrow-usd";
        await place.SeeAsync(path, isRight: body => body.GetProperty("courses").GetArrayLength() == 2);
        var kraken = await place.SeeAsync($"{path}&source=kraken&amount=2.5");
        Assert.Equal((10m, 25m), (ValueOf(kraken), kraken.GetProperty("courses")[0].GetProperty("converted").GetDecimal()));
        Assert.Equal(1, (await place.SeeAsync($"{path}&max_age=20")).GetProperty("courses").GetArrayLength());
        Assert.Equal(503, (await place.AskAsync($"{path}&max_age=0")).Status);
    }

    [Fact]
    public async Task Many_requests_on_one_connection_are_answered_in_their_order_however_they_are_cut()
    {
        await place.SayAsync("piped-usd/kraken", 42m);
        await place.SeeAsync("/api/v1/currency_pair/?currency_pair=piped-usd");
        var hot = "GET /api/v1/currency_pair/?currency_pair=piped-usd HTTP/1.1\r\nHost: x\r\nUser-Agent: t\r\n\r\n";
        var all = string.Concat(Enumerable.Repeat(hot, 50)) + "GET /api/v1/currency_pairs HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        using var client = new TcpClient("127.0.0.1", place.Port);
        var stream = client.GetStream();

        foreach (var piece in Encoding.ASCII.GetBytes(all).Chunk(37))
            await stream.WriteAsync(piece);
        using var reader = new StreamReader(stream);
        var answers = await reader.ReadToEndAsync().WaitAsync(Eventually.Patience, TimeProvider.System);

        Assert.Equal(51, answers.Split("HTTP/1.1 200 OK").Length - 1);
        Assert.Equal(50, answers.Split("\"text\":\"42\"").Length - 1);
        Assert.Contains("\"currency_pairs\":[", answers, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST /api/v1/currency_pair/?currency_pair=x-usd HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", "405")]
    [InlineData("GET /api/v1/currency_pair/?currency_pair=x-usd HTTP/1.1\r\nConnection: close\r\n\r\n", "400")]
    [InlineData("GET /api/v1/currency_pair/?currency_pair=x-usd HTTP/1.1\r\nHost: x\r\n Folded: y\r\nConnection: close\r\n\r\n", "400")]
    [InlineData("GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "404")]
    public async Task What_is_not_plain_goes_to_the_web_server(string request, string status)
    {
        using var client = new TcpClient("127.0.0.1", place.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(client.GetStream());

        var answer = await reader.ReadToEndAsync().WaitAsync(Eventually.Patience, TimeProvider.System);

        Assert.StartsWith($"HTTP/1.1 {status}", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_past_is_answered_in_minutes_hours_and_days()
    {
        var figi = RateFigi.Of(RatePair.Parse("past-usd"), "kraken");
        var start = new DateTimeOffset(2026, 11, 20, 22, 0, 0, TimeSpan.Zero);
        for (var minute = 0; minute < 180; minute++)
            await place.SayCandleAsync(figi, start.AddMinutes(minute), 10 + minute, 11 + minute, 9 + minute, 10.5m + minute);
        await place.SayAsync("past-usd/kraken", 200m);

        var minutes = await place.SeeAsync("/api/v1/history/past-usd?limit=5", isRight: body => body.GetProperty("candles").GetArrayLength() == 5
            && body.GetProperty("candles")[4].GetProperty("close").GetDecimal() == 189.5m);
        Assert.Equal("2026-11-21T00:59:00Z", minutes.GetProperty("candles")[4].GetProperty("time").GetString());
        var hours = (await place.SeeAsync("/api/v1/history/past-usd?interval=hour")).GetProperty("candles");
        Assert.Equal((3, 10m, 70m, 9m, 69.5m), (hours.GetArrayLength(), hours[0].GetProperty("open").GetDecimal(),
            hours[0].GetProperty("high").GetDecimal(), hours[0].GetProperty("low").GetDecimal(), hours[0].GetProperty("close").GetDecimal()));
        Assert.Equal(2, (await place.SeeAsync("/api/v1/history/past-usd?interval=day")).GetProperty("candles").GetArrayLength());
        Assert.Equal(60, (await place.SeeAsync("/api/v1/history/past-usd?from=2026-11-20T23:00:00Z&to=2026-11-21T00:00:00Z"))
            .GetProperty("candles").GetArrayLength());
    }

    [Fact]
    public async Task The_websocket_begins_with_what_is_and_goes_on_with_what_changes()
    {
        await place.SayAsync("live-usd/kraken", 1m);
        await place.SeeAsync("/api/v1/currency_pair/?currency_pair=live-usd");
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{place.Port}/api/v1/stream?pairs=live-usd"), default);

        Assert.Equal(1m, ValueOf(await ReceiveAsync(socket)));
        Assert.Equal("mark", (await ReceiveAsync(socket)).GetProperty("type").GetString());
        await place.SayAsync("live-usd/kraken", 2m);
        Assert.Equal(2m, ValueOf(await ReceiveAsync(socket)));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
        Assert.Equal(400, (await place.AskAsync("/api/v1/stream?pairs=live-usd")).Status);
    }

    [Fact]
    public async Task The_description_names_every_route_there_is()
    {
        var paths = (await place.AskAsync("/openapi.json")).Body.GetProperty("paths").EnumerateObject().Select(path => path.Name).ToList();

        foreach (var path in paths)
            Assert.NotEqual(404, (await place.AskAsync(path.Replace("{pair}", "no-such", StringComparison.Ordinal))).Status);
        Assert.Equal(5, paths.Count);
        Assert.True((await place.AskAsync("/health")).Status is 200);
    }

    private static decimal ValueOf(JsonElement answer) => answer.GetProperty("courses")[0].GetProperty("value").GetDecimal();

    private static async Task<JsonElement> ReceiveAsync(ClientWebSocket socket)
    {
        var buffer = new byte[16 * 1024];
        using var limit = new CancellationTokenSource(Eventually.Patience, TimeProvider.System);
        var length = 0;
        ValueWebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer.AsMemory(length), limit.Token);
            length += part.Count;
        }
        while (!part.EndOfMessage);
        return JsonDocument.Parse(buffer.AsMemory(0, length)).RootElement;
    }
}
