using StockPipeline.Contracts.Time;
using StockPipeline.Gateway.Feed;

namespace StockPipeline.Gateway.Board;

/// <summary>The boards of all intervals and their beat.</summary>
internal sealed class Boards(MarketTables tables, TimeProvider clock, TimeProvider market)
{
    public static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<Interval, BoardFeed> feeds = Interval.All.ToDictionary(
        interval => interval, interval => new BoardFeed(interval, tables, new BoardRow(tables, new FeedState(tables, market))));

    public BoardFeed Of(Interval interval) => feeds[interval];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var beat = new PeriodicTimer(Every, clock);
        while (await beat.WaitForNextTickAsync(cancellationToken))
        {
            foreach (var feed in feeds.Values)
                feed.Tick(clock.GetUtcNow());
        }
    }
}
