using StockPipeline.Fanout.Protocol;
using StockPipeline.Gateway.Live;
using StockPipeline.Gateway.Series;
using StockPipeline.GatewayTests.Series;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.GatewayTests.Live;

/// <summary>A client goes on at whatever gateway it finds, and misses nothing.</summary>
public sealed class ResumeTests(ITestOutputHelper output)
{
    private static readonly LiveLimits Limits = new() { TurnBytes = 600, MessageBytes = 300, MarkEvery = TimeSpan.Zero };

    [Fact]
    public async Task Cut_off_slowed_and_resumed_at_random_on_two_gateways_a_client_ends_equal_to_a_fresh_snapshot()
    {
        var random = new Random(Seed.Next(output.WriteLine));
        var prices = new Prices();
        var gateways = new[] { new Gate(), new Gate() };
        var rows = new SortedDictionary<long, double>();
        var (client, resumed) = (new Client(rows), 0);
        var at = gateways[0];
        var socket = at.Join(client, null);

        for (var step = 0; step < 1_500; step++)
        {
            if (random.Next(5) == 0)
                prices.Withdraw(random.Next(40));
            else
                prices.Say(random.Next(40), step + 1, random.Next(3) > 0);
            foreach (var gateway in gateways.Where(_ => random.Next(2) == 0))
                gateway.Catch(prices, random.Next(1, 20));
            switch (random.Next(40))
            {
                case 0:
                    at.Hub.Leave(socket);
                    client.Abort();
                    var position = client.Position;
                    // Cut off within its first snapshot it has no position, and begins anew.
                    if (position is null)
                        rows.Clear();
                    client = new Client(rows);
                    at = gateways[random.Next(2)];
                    socket = at.Join(client, position);
                    resumed++;
                    break;
                case < 8:
                    client.Read(random.Next(400));
                    break;
                case < 16:
                    client.Read(int.MaxValue);
                    break;
            }
        }
        at.Catch(prices, int.MaxValue);

        await Eventually.TrueAsync(() =>
        {
            client.Read(int.MaxValue);
            Assert.False(at.Hub.Completion.IsFaulted, at.Hub.Completion.Exception?.ToString());
            return client.Rows.SequenceEqual(prices.Truth);
        });
        output.WriteLine($"{resumed} times resumed");
        foreach (var gateway in gateways)
            gateway.Dispose();
    }

    [Fact]
    public async Task A_resumed_client_gets_what_changed_and_not_the_snapshot_again()
    {
        var prices = new Prices();
        using var first = new Gate();
        using var second = new Gate();
        for (var minute = 0; minute < 100; minute++)
            prices.Say(minute, minute);
        first.Catch(prices, int.MaxValue);
        second.Catch(prices, int.MaxValue);
        var rows = new SortedDictionary<long, double>();
        var client = new Client(rows);
        first.Join(client, null);
        await Eventually.TrueAsync(() => client.Marks > 0);
        prices.Say(50, 1_000);
        prices.Withdraw(51);
        second.Catch(prices, int.MaxValue);

        var again = new Client([]);
        second.Join(again, client.Position);
        await Eventually.TrueAsync(() => again.Marks > 0);

        Assert.Equal([KeyValuePair.Create(Prices.TimeOf(50), 1_000d)], again.Rows);
        Assert.Equal(0, again.Resets);
    }

    [Fact]
    public async Task A_mark_names_the_position_as_every_gateway_reads_it()
    {
        using var gateway = new Gate();
        var prices = new Prices();
        prices.Say(1, 1);
        gateway.Catch(prices, int.MaxValue);
        var client = new Client([]);
        gateway.Join(client, null);
        await Eventually.TrueAsync(() => client.Marks > 0);

        Assert.True(LivePosition.TryParse(client.Position!, out var position));
        var head = gateway.Topic.HeadOf(gateway.Topic.PartitionOf(Prices.Figi));
        Assert.Equal(("id", head), (position.Incarnation, Assert.Single(position.Partitions)));
        Assert.Equal(client.Position, position.ToString());
    }

    [Fact]
    public async Task A_topic_that_is_read_anew_is_said_and_leaves_no_stale_row()
    {
        using var gateway = new Gate();
        var prices = new Prices();
        prices.Say(1, 1);
        prices.Say(2, 2);
        gateway.Catch(prices, int.MaxValue);
        var client = new Client([]);
        gateway.Join(client, null);
        await Eventually.TrueAsync(() => client.Marks > 0);

        gateway.Anew();
        var other = new Prices();
        other.Say(3, 3);
        gateway.Catch(other, int.MaxValue);
        gateway.Topic.GoLive("another");

        await Eventually.TrueAsync(() => client.Rows.SequenceEqual(other.Truth));
        Assert.Equal(1, client.Resets);
    }

    [Fact]
    public async Task A_client_that_takes_nothing_is_closed_and_others_hear_on()
    {
        var clock = new ManualClock(DateTimeOffset.UnixEpoch);
        using var gateway = new Gate(clock);
        var prices = new Prices();
        for (var minute = 0; minute < 100; minute++)
            prices.Say(minute, minute);
        gateway.Catch(prices, int.MaxValue);
        var (stuck, lively) = (new Client([]), new Client([]));
        stuck.Read(50);
        var socket = gateway.Join(stuck, null);
        gateway.Join(lively, null).LastHeard = long.MaxValue / 2;
        await Eventually.TrueAsync(() => stuck.IsBlocked && lively.Marks > 0);

        clock.Advance(Limits.StallLimit + TimeSpan.FromSeconds(2));
        Assert.Equal(CloseCode.TooSlow, socket.Code);
        clock.Advance(Limits.CloseLimit + TimeSpan.FromSeconds(2));
        prices.Say(5, 500);
        gateway.Catch(prices, int.MaxValue);

        await Eventually.TrueAsync(() => stuck.IsAborted && lively.Rows.SequenceEqual(prices.Truth));
    }

    /// <summary>One gateway, as far as a series of candles needs it.</summary>
    private sealed class Gate : IDisposable
    {
        private readonly TimeProvider clock;
        private int read;

        public Gate(TimeProvider? clock = null)
        {
            this.clock = clock ?? TimeProvider.System;
            Hub = new LiveHub(Limits, this.clock);
            Topic.GoLive("id");
        }

        public SeriesTopic Topic { get; } = Prices.Topic();

        public LiveHub Hub { get; }

        public LiveSocket Join(Client client, string? position)
        {
            var socket = Hub.Join(client)!;
            socket.HasSaidHello = true;
            var resume = position is not null && LivePosition.TryParse(position, out var parsed) ? parsed : null;
            var series = Topic.Get(Prices.Figi, "SBER");
            var group = new SeriesGroup(socket, 1, Topic, series, new SeriesStart(1_000, null, resume), clock, Limits.MarkEvery);
            socket.Subscriptions.Add(1, group);
            group.Begin();
            return socket;
        }

        public void Catch(Prices prices, int most)
        {
            var to = (int)Math.Min(prices.Length, (long)read + most);
            prices.Feed(Topic, read, to);
            read = to;
        }

        public void Anew()
        {
            Topic.Clear(Topic.PartitionOf(Prices.Figi));
            read = 0;
        }

        public void Dispose() => Hub.Dispose();
    }
}
