using StockPipeline.Fanout.Broadcasting;
using StockPipeline.Fanout.Protocol;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.WebsocketTests.Fanout;

/// <summary>What a client that cannot keep up is left with, and what it costs.</summary>
public sealed class SlowClientTests(ITestOutputHelper output) : IDisposable
{
    private readonly ManualClock clock = new(DateTimeOffset.UnixEpoch);
    private Broadcaster? made;

    public void Dispose() => made?.Dispose();

    [Fact]
    public async Task Of_any_speed_a_client_that_keeps_the_newest_word_on_each_candle_ends_equal_to_the_topic()
    {
        var random = new Random(Seed.Next(output.WriteLine));
        var broadcaster = Make(new FanoutLimits { MaxClients = 20, KeptCandles = 30, LogBytes = 4096, ConflateAfterBytes = 220, TurnBytes = 1024 });
        var clients = Enumerable.Range(0, 20).Select(_ => Join(broadcaster)).ToList();
        var topic = new SortedDictionary<int, int>();

        for (var i = 0; i < 4_000; i++)
        {
            var candle = random.Next(30);
            if (random.Next(4) == 0 && topic.Remove(candle))
                broadcaster.Withdraw(candle, Frames.Of($"{candle}:gone"));
            else
                broadcaster.Publish(candle, Frames.Of($"{candle}:{topic[candle] = i}"));
            Move(clients[random.Next(clients.Count)], random);
        }

        foreach (var client in clients)
        {
            await Eventually.TrueAsync(() =>
            {
                client.Open();
                return Newest(client).SequenceEqual(topic);
            });
        }
        Assert.True(broadcaster.Counts.Conflations > 0);
    }

    [Fact]
    public async Task A_client_that_fell_behind_is_told_of_a_repair_before_the_values_of_it()
    {
        var broadcaster = Make(new FanoutLimits { ConflateAfterBytes = 100 });
        var slow = Join(broadcaster);
        await Eventually.TrueAsync(() => slow.Text == "mark:0");
        slow.Room(0);

        for (var i = 0; i < 10; i++)
            broadcaster.Publish(i, Frames.Of($"{i}:1"));
        broadcaster.Announce(Frames.Of("repair"));
        broadcaster.Publish(3, Frames.Of("3:2"));
        slow.Open();

        var texts = await Eventually.SeeAsync(() => slow.Text, text => text.EndsWith("3:2", StringComparison.Ordinal));
        Assert.EndsWith("9:1 repair 3:2", texts, StringComparison.Ordinal);
        Assert.Equal(1, broadcaster.Counts.Conflations);
    }

    [Fact]
    public async Task A_client_too_far_behind_what_is_kept_is_sent_away_to_start_anew_and_not_left_with_what_no_longer_holds()
    {
        var broadcaster = Make(new FanoutLimits { ConflateAfterBytes = 100 });
        var slow = Join(broadcaster);
        await Eventually.TrueAsync(() => slow.Text == "mark:0");
        slow.Room(0);

        broadcaster.Announce(Frames.Of("repair"));
        await Eventually.TrueAsync(() => slow.Blocked);
        for (var i = 0; i <= KeptFrames.MaxAnnouncements; i++)
            broadcaster.Announce(Frames.Of($"repair:{i}"));
        slow.Open();

        await Eventually.SeeAsync(() => slow.Text, text => text.EndsWith($"#{(int)CloseCode.GoingAway}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_that_reads_slowly_but_steadily_is_never_taken_for_dead()
    {
        var limits = new FanoutLimits();
        var broadcaster = Make(limits);
        for (var i = 0; i < 100; i++)
            broadcaster.Preload(i, Frames.Of($"{i}:1"));
        var outbound = new ScriptedOutbound();
        outbound.Room(0);
        var client = broadcaster.Join(outbound, new SnapshotRequest(100, null), Mark)!;

        while (!outbound.Text.Contains("mark:100", StringComparison.Ordinal))
        {
            await Eventually.TrueAsync(() => outbound.Blocked || outbound.Text.Contains("mark:100", StringComparison.Ordinal));
            Assert.Null(client.Code);
            clock.Advance(limits.StallLimit - TimeSpan.FromSeconds(2));
            outbound.Read(100);
        }

        Assert.True(clock.GetUtcNow() - DateTimeOffset.UnixEpoch > 10 * limits.StallLimit);
        Assert.Null(client.Code);
    }

    [Fact]
    public async Task A_close_goes_between_two_frames_of_a_snapshot_and_never_ahead_of_the_answer_to_the_handshake()
    {
        var broadcaster = Make(new FanoutLimits());
        for (var i = 0; i < 100; i++)
            broadcaster.Preload(i, Frames.Of($"{i}:1"));
        var outbound = new ScriptedOutbound();
        outbound.Room(0);
        var client = broadcaster.Join(outbound, new SnapshotRequest(100, null), Mark, Frames.Of("hello"))!;
        await Eventually.TrueAsync(() => outbound.Blocked);

        broadcaster.Close(client, CloseCode.GoingAway, "stopping");
        outbound.Read(1_000);
        await client.Ended.WaitAsync(Eventually.Patience);

        Assert.StartsWith("hello", outbound.Text, StringComparison.Ordinal);
        Assert.EndsWith("#1001", outbound.Text, StringComparison.Ordinal);
        Assert.True(outbound.Text.Split(' ').Length < 10);
    }

    [Fact]
    public void Ten_thousand_clients_that_come_back_at_once_for_everything_share_one_snapshot()
    {
        var broadcaster = Make(new FanoutLimits());
        for (var i = 0; i < 5_000; i++)
            broadcaster.Preload(i, Frames.Of($"{i}:{new string('v', 200)}"));
        var outbounds = Enumerable.Range(0, 10_000).Select(_ => new ScriptedOutbound()).ToArray();
        foreach (var outbound in outbounds)
            outbound.Room(0);
        // What tests before this one have left goes first: let go of in between it would count as what a client costs.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        foreach (var outbound in outbounds)
            Assert.NotNull(broadcaster.Join(outbound, new SnapshotRequest(5_000, null), Mark));

        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / outbounds.Length;
        output.WriteLine($"{each} bytes a client");
        Assert.True(each <= 4_096, $"{each} bytes a client");
        GC.KeepAlive(outbounds);
    }

    private static void Move(ScriptedOutbound client, Random random)
    {
        if (random.Next(3) == 0)
            client.Room(random.Next(200));
        else if (random.Next(2) == 0)
            client.Open();
    }

    private static SortedDictionary<int, int> Newest(ScriptedOutbound client)
    {
        var newest = new SortedDictionary<int, int>();
        foreach (var parts in client.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => text.Split(':')))
        {
            if (parts is ["mark", _])
                continue;
            if (parts is [var gone, "gone"])
                newest.Remove(int.Parse(gone, null));
            else
                newest[int.Parse(parts[0], null)] = int.Parse(parts[1], null);
        }
        return newest;
    }

    private Broadcaster Make(FanoutLimits limits) => made = new Broadcaster(limits, clock);

    private static ScriptedOutbound Join(Broadcaster broadcaster)
    {
        var outbound = new ScriptedOutbound();
        Assert.NotNull(broadcaster.Join(outbound, new SnapshotRequest(100, null), Mark));
        return outbound;
    }

    private static byte[] Mark(int values) => Frames.Of($"mark:{values}");
}
