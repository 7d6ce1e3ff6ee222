using System.Text.Json;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Polygon;
using StockPipeline.Polygon.Bars;
using StockPipeline.Polygon.Calendar;
using StockPipeline.Polygon.Live;
using StockPipeline.Polygon.Rest;
using StockPipeline.Simulator.Polygon;
using StockPipeline.Testing;

namespace StockPipeline.PolygonTests;

/// <summary>The simulated polygon.io, asked by our client and by polygon's own.</summary>
public sealed class PolygonWorldTests
{
    private static readonly DateTimeOffset Noon = NewYork.At(new DateOnly(2026, 11, 25), new TimeOnly(12, 0));
    private static readonly DateOnly Monday = new(2026, 11, 23);

    [Fact]
    public async Task Polygons_own_client_reads_pages_days_references_and_the_websocket()
    {
        await using var world = await PolygonWorld.StartAsync(new PolygonWorldOptions { Clock = new FastClock(Noon, 30), Splits = Split() });

        var output = await NodeScripts.RunAsync(
            "tests/Polygon.Tests/Node", "read.mjs",
            [world.Endpoint.ToString().TrimEnd('/'), $"ws://{world.Endpoint.Authority}", "2026-11-23", "2026-11-24"]);

        var seen = JsonDocument.Parse(output.Split('\n')[^1]).RootElement;
        var listing = world.Market.Find("AAPL")!;
        var expected = new[] { Monday, Monday.AddDays(1) }.SelectMany(date => world.Market.Minutes(listing, date, Noon)).Select(bar => bar.StartMs);
        // The client joins pages in another order.
        Assert.Equal(expected, seen.GetProperty("minutes").EnumerateArray().Select(bar => bar.GetProperty("t").GetInt64()).Order());
        Assert.Equal(2, seen.GetProperty("days").GetArrayLength());
        Assert.Equal(20, seen.GetProperty("grouped").GetArrayLength());
        Assert.Equal(1, seen.GetProperty("previous").GetInt32());
        Assert.Equal(JsonValueKind.Null, seen.GetProperty("empty").ValueKind);
        Assert.Equal(20, seen.GetProperty("tickers").EnumerateArray().Select(one => one.GetString()).Distinct().Count());
        Assert.Equal(4, seen.GetProperty("splits")[0].GetProperty("split_to").GetInt32());
        Assert.True(seen.GetProperty("holidays").GetInt32() >= 20);
        Assert.Equal("open", seen.GetProperty("status").GetString());
        Assert.Equal("MSFT", seen.GetProperty("snapshot").GetString());
        Assert.Contains("API Key", seen.GetProperty("refused").GetString(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(
            ["connected", "auth_success", "success", "AM.AAPL"], seen.GetProperty("live").EnumerateArray().Select(one => one.GetString()!));
    }

    [Fact]
    public async Task Minutes_over_many_pages_are_those_of_the_market_and_a_split_rescales_what_was_before()
    {
        await using var world = await PolygonWorld.StartAsync(new PolygonWorldOptions { Clock = new ManualClock(Noon), Splits = Split() });
        using var client = Client(world);
        var listing = world.Market.Find("TSLA")!;

        var bars = await AllAsync(client.BarsAsync("TSLA", days: false, Noon.AddDays(-180), Noon, default));

        var expected = Days(Noon.AddDays(-180), Noon).SelectMany(date => world.Market.Minutes(listing, date, Noon)
            .Where(bar => bar.StartMs > Noon.AddDays(-180).ToUnixTimeMilliseconds() - 60_000)
            .Select(bar => (bar.StartMs, bar.Adjusted(listing.SharesOn(NewYork.DateOf(Noon)) / listing.SharesOn(date)).Close))).ToList();
        Assert.True(bars.Count > 50_000);
        Assert.Equal(expected, bars.Select(bar => (bar.TimeMs, bar.Close)));
    }

    [Fact]
    public async Task A_refusal_is_waited_out_a_proxys_page_is_tried_again_and_a_page_elsewhere_gets_no_key()
    {
        await using var world = await PolygonWorld.StartAsync(new PolygonWorldOptions { Clock = new ManualClock(Noon) });
        using var client = Client(world);
        world.Faults.TooMany = 1;
        world.Faults.Broken = 1;

        var grouped = await client.GroupedAsync(Monday, default);
        world.Faults.ForeignPages = 1;
        var refused = await Assert.ThrowsAsync<PolygonException>(
            () => AllAsync(client.BarsAsync("AAPL", days: false, Noon.AddDays(-180), Noon, default)));

        Assert.Equal(20, grouped.Count);
        Assert.Contains("another host", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", PolygonFailure.KeyRefused)]
    [InlineData("wrong", PolygonFailure.KeyRefused)]
    public async Task A_key_that_is_refused_is_final(string key, PolygonFailure failure)
    {
        await using var world = await PolygonWorld.StartAsync(
            new PolygonWorldOptions { Clock = new ManualClock(Noon), Keys = new HashSet<string> { "right" } });
        using var client = Client(world, key);

        var refused = await Assert.ThrowsAsync<PolygonException>(() => client.GroupedAsync(Monday, default));

        Assert.Equal(failure, refused.Failure);
        Assert.Equal(1, client.Requests);
    }

    [Fact]
    public async Task A_free_plan_never_asks_more_than_it_may()
    {
        var clock = new ManualClock(Noon.AddSeconds(58));
        await using var world = await PolygonWorld.StartAsync(new PolygonWorldOptions { Clock = clock, IsFree = true });
        using var client = new PolygonClient(
            new PolygonOptions { ApiKey = new Secret("free"), Plan = PolygonPlan.Free, Rest = world.Endpoint }, clock);

        var others = clock.Waiting;
        var asking = Enumerable.Range(0, 30).Select(number => client.GroupedAsync(Monday.AddDays(-number), default)).ToList();
        while (asking.Exists(one => !one.IsCompleted))
        {
            // Both sides count by the same clock, which therefore stands while a request is on its way: all without an answer wait for a turn.
            await Eventually.TrueAsync(() => clock.Waiting - others >= asking.Count(one => !one.IsCompleted));
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        await Task.WhenAll(asking);
        Assert.Equal(0, world.Refusals);
        Assert.Equal(30, client.Requests);
    }

    [Fact]
    public async Task What_is_not_in_the_plan_is_said_so_and_today_is_not_to_be_had()
    {
        await using var world = await PolygonWorld.StartAsync(new PolygonWorldOptions { Clock = new ManualClock(Noon), IsFree = true });
        using var client = Client(world);

        var old = await Assert.ThrowsAsync<PolygonException>(
            () => AllAsync(client.BarsAsync("AAPL", days: true, Noon.AddYears(-4), Noon, default)));
        var today = await client.GroupedAsync(NewYork.DateOf(Noon), default);
        var socket = new MinuteSocket(Options(world), TimeProvider.System);
        var refused = await Assert.ThrowsAsync<PolygonException>(() => AllAsync(socket.ReadAsync(["AAPL"], default)));

        Assert.Equal(PolygonFailure.NotInPlan, old.Failure);
        Assert.Empty(today);
        Assert.Equal(PolygonFailure.KeyRefused, refused.Failure);
    }

    [Fact]
    public async Task A_second_connection_throws_the_first_one_out_and_a_dropped_one_is_an_outage()
    {
        await using var world = await PolygonWorld.StartAsync(new PolygonWorldOptions { Clock = new ManualClock(Noon) });
        var first = new MinuteSocket(Options(world), TimeProvider.System).ReadAsync(["AAPL", "MSFT"], default).GetAsyncEnumerator();
        Assert.True(await first.MoveNextAsync());
        var second = new MinuteSocket(Options(world), TimeProvider.System).ReadAsync(["AAPL"], default).GetAsyncEnumerator();
        Assert.True(await second.MoveNextAsync());

        var thrown = await Assert.ThrowsAsync<PolygonException>(async () => await first.MoveNextAsync());
        world.DropSockets();
        var dropped = await Assert.ThrowsAsync<PolygonException>(async () => await second.MoveNextAsync());

        Assert.True(thrown.IsTransient);
        Assert.True(dropped.IsTransient);
        await first.DisposeAsync();
        await second.DisposeAsync();
    }

    [Fact]
    public async Task Live_minutes_with_their_corrections_become_the_candles_that_history_has()
    {
        var start = NewYork.At(Monday, new TimeOnly(9, 30));
        var clock = new ManualClock(start);
        await using var world = await PolygonWorld.StartAsync(new PolygonWorldOptions { Clock = clock });
        using var client = Client(world);
        var figi = new Figi("BBG0042V6JM8");
        var session = new LiveSession(figi, NewYork.Day(Monday));
        var candles = new Dictionary<(Interval, DateTimeOffset), Candle>();
        using var stop = new CancellationTokenSource();
        var heard = new List<MinuteEvent>();
        var listening = Task.Run(async () =>
        {
            await foreach (var minutes in new MinuteSocket(Options(world), TimeProvider.System).ReadAsync(["ZM"], stop.Token))
            {
                lock (heard)
                    heard.AddRange(minutes);
            }
        });
        await Eventually.TrueAsync(() => world.Connections == 1);

        for (var minute = 0; minute < 420; minute++)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        }
        await Eventually.TrueAsync(() => world.ToldUntil >= clock.GetUtcNow() - TimeSpan.FromSeconds(2));
        var history = await AllAsync(client.BarsAsync("ZM", days: false, start, NewYork.At(Monday, new TimeOnly(16, 0)), default));
        var expected = history.Select(bar => CandleRollup.Minute(figi, bar, NewYork.Day(Monday), CandleSource.History)).OfType<Candle>().ToList();
        await Eventually.TrueAsync(() =>
        {
            lock (heard)
            {
                foreach (var (interval, candle) in session.Take(heard.Select(Bar), CandleSource.Stream, clock.GetUtcNow()))
                    candles[(interval, candle.OpenTime)] = candle;
                heard.Clear();
            }
            return candles.Count(one => one.Key.Item1 == Interval.OneMinute) >= expected.Count;
        });
        await stop.CancelAsync();
        await Task.WhenAny(listening);

        foreach (var interval in Interval.All)
        {
            var wanted = interval == Interval.OneMinute ? expected : CandleRollup.Longer(interval, expected).ToList();
            var got = candles.Where(one => one.Key.Item1 == interval).Select(one => one.Value).OrderBy(one => one.OpenTime).ToList();
            Assert.Equal(wanted.Select(Shape), got.Select(Shape));
            Assert.All(got, candle => Assert.Equal(interval != Interval.OneDay, candle.Final));
        }
    }

    private static string Shape(Candle candle) =>
        $"{candle.OpenTime:u} {candle.Open} {candle.High} {candle.Low} {candle.Close} {candle.Volume}";

    private static AggregateBar Bar(MinuteEvent one) => new(one.Ticker, one.StartMs, one.Open, one.High, one.Low, one.Close, one.Volume);

    private static Dictionary<string, (DateOnly, int, int)> Split() => new() { ["TSLA"] = (new DateOnly(2026, 11, 2), 1, 4) };

    private static PolygonOptions Options(PolygonWorld world, string key = "key") => new()
    {
        ApiKey = new Secret(key), Plan = PolygonPlan.Paid, Rest = world.Endpoint, Socket = world.SocketEndpoint,
    };

    private static PolygonClient Client(PolygonWorld world, string key = "key") => new(Options(world, key), TimeProvider.System);

    private static IEnumerable<DateOnly> Days(DateTimeOffset from, DateTimeOffset to)
    {
        for (var date = NewYork.DateOf(from); date <= NewYork.DateOf(to); date = date.AddDays(1))
            yield return date;
    }

    private static async Task<List<T>> AllAsync<T>(IAsyncEnumerable<IReadOnlyList<T>> pages)
    {
        var all = new List<T>();
        await foreach (var page in pages)
            all.AddRange(page);
        return all;
    }
}

/// <summary>A clock that begins at an instant and runs faster than the machine's.</summary>
internal sealed class FastClock(DateTimeOffset start, double speed) : TimeProvider
{
    private readonly long began = System.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => start + (System.GetElapsedTime(began) * speed);
}
