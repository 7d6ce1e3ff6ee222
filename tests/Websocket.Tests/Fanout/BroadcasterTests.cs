using StockPipeline.Testing;
using StockPipeline.Fanout.Broadcasting;
using StockPipeline.Fanout.Protocol;
using Xunit.Abstractions;

namespace StockPipeline.WebsocketTests.Fanout;

public sealed class BroadcasterTests(ITestOutputHelper output) : IDisposable
{
    private static readonly FanoutLimits Small = new() { MaxClients = 3, KeptCandles = 5, LogBytes = 4096, ConflateAfterBytes = 220,
        TurnBytes = 1024 };

    private readonly ManualClock clock = new(DateTimeOffset.UnixEpoch);
    private Broadcaster? made;

    public void Dispose() => made?.Dispose();

    [Fact]
    public async Task A_client_gets_its_snapshot_in_order_of_time_then_the_mark_then_everything_live()
    {
        var broadcaster = Make();
        broadcaster.Preload(2, Frames.Of("b"));
        broadcaster.Preload(1, Frames.Of("a"));
        broadcaster.Preload(3, Frames.Of("old"));
        broadcaster.Publish(3, Frames.Of("c"));

        var client = Join(broadcaster);
        broadcaster.Publish(4, Frames.Of("d"));
        broadcaster.Publish(2, Frames.Of("b2"));

        await Sees(client, "a b c mark:3 d b2");
    }

    [Fact]
    public async Task A_snapshot_starts_where_the_client_asks()
    {
        var broadcaster = Make();
        for (var i = 1; i <= 4; i++)
            broadcaster.Preload(i, Frames.Of($"v{i}"));

        await Sees(Join(broadcaster, new SnapshotRequest(2, null)), "v3 v4 mark:2");
        await Sees(Join(broadcaster, new SnapshotRequest(0, 2)), "v2 v3 v4 mark:3");
        await Sees(Join(broadcaster, new SnapshotRequest(0, null)), "mark:0");
    }

    [Fact]
    public async Task One_client_more_than_allowed_is_not_let_in_until_another_leaves()
    {
        var broadcaster = Make();
        var first = broadcaster.Join(new ScriptedOutbound(), default, Mark)!;
        Join(broadcaster);
        Join(broadcaster);

        Assert.Null(broadcaster.Join(new ScriptedOutbound(), default, Mark));
        broadcaster.Leave(first);

        await Sees(Join(broadcaster), "mark:0");
    }

    [Fact]
    public async Task A_slow_client_gets_the_newest_state_of_each_candle_and_nobody_waits_for_it()
    {
        var broadcaster = Make();
        var slow = Join(broadcaster);
        var quick = Join(broadcaster);
        await Sees(slow, "mark:0");
        slow.Room(30);

        for (var i = 0; i < 40; i++)
        {
            broadcaster.Publish(i % 2, Frames.Of($"{i % 2}:{i}"));
            await Sees(quick, "mark:0 " + string.Join(' ', Enumerable.Range(0, i + 1).Select(n => $"{n % 2}:{n}")));
        }
        slow.Open();

        await Eventually.SeeAsync(() => slow.Text, text => text.EndsWith("0:38 1:39", StringComparison.Ordinal));
        Assert.StartsWith("mark:0 0:0 1:1", slow.Text, StringComparison.Ordinal);
        Assert.InRange(slow.Text.Split(' ').Length, 4, 8);
        Assert.Equal(1, broadcaster.Counts.Conflations);
    }

    [Fact]
    public async Task A_client_that_takes_nothing_is_closed_as_too_slow_after_the_limit_and_not_before()
    {
        var broadcaster = Make(Small with { PingEvery = TimeSpan.FromHours(1) });
        var outbound = new ScriptedOutbound();
        outbound.Room(0);
        var subscriber = broadcaster.Join(outbound, default, Mark)!;
        await Eventually.TrueAsync(() => outbound.Blocked);

        clock.Advance(Small.StallLimit);
        Assert.Null(subscriber.Code);
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(CloseCode.TooSlow, subscriber.Code);
        clock.Advance(Small.CloseLimit + TimeSpan.FromSeconds(2));

        await subscriber.Ended.WaitAsync(Eventually.Patience);
        Assert.True(outbound.Aborted);
        Assert.Equal(0, broadcaster.Clients);
    }

    [Fact]
    public async Task A_closed_client_gets_the_frame_under_way_then_the_code_then_nothing()
    {
        var broadcaster = Make();
        var outbound = new ScriptedOutbound();
        outbound.Room(10);
        var subscriber = broadcaster.Join(outbound, default, Mark)!;
        await Eventually.TrueAsync(() => outbound.Blocked);

        broadcaster.Publish(1, Frames.Of("a"));
        broadcaster.Close(subscriber, CloseCode.GoingAway, "stopping");
        outbound.Open();
        await subscriber.Ended.WaitAsync(Eventually.Patience);
        broadcaster.Publish(2, Frames.Of("b"));

        Assert.Equal("mark:0 #1001", outbound.Text);
        Assert.False(outbound.Aborted);
    }

    [Fact]
    public async Task Stopping_tells_every_client_and_lets_nobody_in()
    {
        var broadcaster = Make();
        var clients = new[] { Join(broadcaster), Join(broadcaster) };

        await broadcaster.StopAsync(CloseCode.GoingAway, "bye").WaitAsync(Eventually.Patience);

        Assert.All(clients, client => Assert.EndsWith("#1001", client.Text, StringComparison.Ordinal));
        Assert.Null(broadcaster.Join(new ScriptedOutbound(), default, Mark));
    }

    [Fact]
    public async Task A_silent_client_is_pinged_and_then_closed_and_a_lively_one_is_not()
    {
        var broadcaster = Make();
        var silent = new ScriptedOutbound();
        var lively = new ScriptedOutbound();
        var dead = broadcaster.Join(silent, default, Mark)!;
        var alive = broadcaster.Join(lively, default, Mark)!;

        clock.Advance(Small.PingEvery + TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(() => silent.Text.Contains("ping", StringComparison.Ordinal));
        broadcaster.Heard(alive);
        clock.Advance(Small.PingEvery + TimeSpan.FromSeconds(1));

        await dead.Ended.WaitAsync(Eventually.Patience);
        Assert.Equal(CloseCode.Silent, dead.Code);
        Assert.Null(alive.Code);
    }

    [Fact]
    public async Task A_flood_of_pings_costs_few_pongs_and_never_splits_a_frame()
    {
        var broadcaster = Make();
        var outbound = new ScriptedOutbound();
        outbound.Room(5);
        var subscriber = broadcaster.Join(outbound, default, Mark)!;
        await Eventually.TrueAsync(() => outbound.Blocked);

        for (var i = 0; i < 1000; i++)
            broadcaster.Answer(subscriber, [1, 2, 3]);
        outbound.Open();
        broadcaster.Publish(1, Frames.Of("a"));

        await Eventually.SeeAsync(() => outbound.Text, text => text == "mark:0 pong a");
    }

    [Fact]
    public async Task Whatever_room_clients_have_each_ends_with_the_newest_state_of_every_candle_in_order()
    {
        var seed = Seed.Next(output.WriteLine);
        var random = new Random(seed);
        var broadcaster = Make(Small with { MaxClients = 50, KeptCandles = 20 });
        var clients = Enumerable.Range(0, 20).Select(_ => Join(broadcaster)).ToList();
        var newest = new SortedDictionary<int, int>();

        for (var i = 0; i < 3_000; i++)
        {
            var candle = random.Next(20);
            newest[candle] = i;
            broadcaster.Publish(candle, Frames.Of($"{candle}:{i}"));
            var client = clients[random.Next(clients.Count)];
            if (random.Next(3) == 0)
                client.Room(random.Next(200));
            else if (random.Next(2) == 0)
                client.Open();
        }

        foreach (var client in clients)
        {
            await Eventually.TrueAsync(() =>
            {
                client.Open();
                var last = Last(client);
                return newest.All(pair => last.GetValueOrDefault(pair.Key, -1) == pair.Value);
            });
            foreach (var candle in Values(client).GroupBy(value => value.Candle))
                Assert.Equal(candle.Select(value => value.Number).Order().Distinct(), candle.Select(value => value.Number));
        }
    }

    private static Dictionary<int, int> Last(ScriptedOutbound client) =>
        Values(client).GroupBy(value => value.Candle).ToDictionary(group => group.Key, group => group.Last().Number);

    private static IEnumerable<(int Candle, int Number)> Values(ScriptedOutbound client) =>
        client.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(text => !text.StartsWith("mark", StringComparison.Ordinal))
            .Select(text => text.Split(':')).Select(parts => (int.Parse(parts[0], null), int.Parse(parts[1], null)));

    private Broadcaster Make(FanoutLimits? limits = null) => made = new Broadcaster(limits ?? Small, clock);

    private static ScriptedOutbound Join(Broadcaster broadcaster, SnapshotRequest? request = null)
    {
        var outbound = new ScriptedOutbound();
        Assert.NotNull(broadcaster.Join(outbound, request ?? new SnapshotRequest(100, null), Mark));
        return outbound;
    }

    private static byte[] Mark(int values) => Frames.Of($"mark:{values}");

    private static Task<string> Sees(ScriptedOutbound client, string expected) => Eventually.SeeAsync(() => client.Text, text => text == expected);
}
