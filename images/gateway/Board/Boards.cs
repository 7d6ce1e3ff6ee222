using System.Collections.Concurrent;
using StockPipeline.Contracts.Time;
using StockPipeline.Gateway.Feed;
using StockPipeline.Gateway.Series;

namespace StockPipeline.Gateway.Board;

/// <summary>The boards of all intervals, those of single indicators beside them, and their beat.</summary>
internal sealed class Boards(MarketTables tables, TimeProvider clock, TimeProvider market)
{
    public static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    private readonly FeedState state = new(tables, market);

    /// <summary>As many as there are intervals and streams at most; made when somebody looks.</summary>
    private readonly ConcurrentDictionary<(Interval Interval, string? Stream), Lazy<BoardFeed>> feeds = new();

    public BoardFeed Of(Interval interval) =>
        feeds.GetOrAdd((interval, null), _ => new Lazy<BoardFeed>(() => new BoardFeed(tables, new BoardRow(interval, tables, state)))).Value;

    /// <summary>The newest values of an indicator; nothing where there is no such stream of values.</summary>
    public BoardFeed? Of(Interval interval, string stream) =>
        tables.Find(stream, interval) is { } topic && topic.Shape != StreamShape.Candles
            ? feeds.GetOrAdd((interval, stream), _ => new Lazy<BoardFeed>(() => new BoardFeed(tables, new ValueRow(topic)))).Value
            : null;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var beat = new PeriodicTimer(Every, clock);
        while (await beat.WaitForNextTickAsync(cancellationToken))
        {
            foreach (var feed in feeds.Values)
                feed.Value.Tick(clock.GetUtcNow());
        }
    }
}
