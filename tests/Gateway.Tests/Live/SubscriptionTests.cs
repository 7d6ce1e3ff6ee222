using System.Globalization;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Gateway.Board;
using StockPipeline.Gateway.Feed;
using StockPipeline.Gateway.Live;
using StockPipeline.Gateway.Series;
using StockPipeline.GatewayTests.Series;
using StockPipeline.GatewayTests.Service;

namespace StockPipeline.GatewayTests.Live;

/// <summary>A socket may be lost at any moment, also while what it asked for is being made.</summary>
[Collection(GatewayCollection.Name)]
public sealed class SubscriptionTests(GatewaySite site) : IDisposable
{
    private readonly LiveHub hub = new(new LiveLimits(), TimeProvider.System);

    [Fact]
    public void A_board_that_is_given_up_before_it_begins_is_not_listened_to()
    {
        var board = new BoardFeed(new MarketTables(site.Client, 100), new NoRow());
        var subscription = new BoardSubscription(hub.Join(new Client([]))!, 1, board);

        subscription.End();
        subscription.Begin();

        Assert.Equal(0, board.Listeners);
    }

    [Fact]
    public void Given_up_while_series_come_a_subscription_to_all_of_them_leaves_no_listener()
    {
        for (var round = 0; round < 300; round++)
        {
            var topic = Prices.Topic();
            topic.GoLive("id");
            var socket = hub.Join(new Client([]))!;
            var group = new SeriesGroup(
                socket, 1, topic, null, new SeriesStart(10, null, null), TimeProvider.System, TimeSpan.FromSeconds(5));
            Action[] acts = [group.Begin, group.End, () => MakeSeries(topic)];

            Parallel.Invoke([.. acts[(round % 3)..], .. acts[..(round % 3)]]);

            Assert.All(topic.All, series => Assert.Equal(0, series.Listeners));
            hub.Leave(socket);
        }
    }

    [Fact]
    public void A_socket_that_is_lost_takes_its_subscriptions_with_it()
    {
        var topic = Prices.Topic();
        topic.GoLive("id");
        var series = topic.Get(Prices.Figi, "SBER");
        var socket = hub.Join(new Client([]))!;
        var group = new SeriesGroup(socket, 1, topic, series, new SeriesStart(10, null, null), TimeProvider.System, TimeSpan.FromSeconds(5));
        socket.Subscriptions.Add(1, group);
        group.Begin();
        Assert.Equal(1, series.Listeners);

        hub.Leave(socket);

        Assert.Equal(0, series.Listeners);
        Assert.True(socket.HasLeft);
    }

    public void Dispose() => hub.Dispose();

    private static void MakeSeries(SeriesTopic topic)
    {
        for (var number = 0; number < 8; number++)
            topic.Get(new Figi(string.Create(CultureInfo.InvariantCulture, $"FIGI{number:D8}")), "ANY");
    }

    private sealed class NoRow : IBoardRow
    {
        public IReadOnlyList<string> Columns => ["figi"];

        public IReadOnlyList<SeriesTopic> Topics => [];

        public string? Of(Figi figi, DateTimeOffset now) => null;
    }
}
