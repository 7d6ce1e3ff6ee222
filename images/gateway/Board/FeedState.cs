using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;
using StockPipeline.Gateway.Feed;

namespace StockPipeline.Gateway.Board;

/// <summary>Says how fresh an instrument is, by its calendar, its ledger and its newest minute.</summary>
internal sealed class FeedState(MarketTables tables, TimeProvider market)
{
    /// <summary>Without a trade for so long a share is quiet.</summary>
    private static readonly TimeSpan QuietAfter = TimeSpan.FromMinutes(1);

    /// <summary>And for so long in an open session it is more likely that nobody tells us.</summary>
    private static readonly TimeSpan StaleAfter = TimeSpan.FromMinutes(15);

    /// <summary>A hole that reaches up to so recently is a feed that is silent now.</summary>
    private static readonly TimeSpan RecentHole = TimeSpan.FromMinutes(10);

    /// <param name="figi">The instrument.</param>
    /// <param name="now">The machine's time, by which records are written.</param>
    public string Of(Figi figi, DateTimeOffset now)
    {
        var config = tables.Config.Current;
        config.Instruments.TryGetValue(figi, out var instrument);
        if (instrument is { EndOfDay: true })
            return "end-of-day";
        if (tables.Candles(Interval.OneMinute).Find(figi) is not { Count: > 0 } minutes)
            return "none";
        var time = market.GetUtcNow();
        if (instrument is not null && config.Calendar.Of(instrument).SessionAt(time) is null)
            return "closed";
        if (tables.Gaps.Of(figi, Interval.OneMinute).LastOrDefault() is { } gap && GapTable.IsOpen(gap) && gap.To > time - RecentHole)
            return "stale";
        var age = now - DateTimeOffset.FromUnixTimeMilliseconds(minutes.Written);
        return age > StaleAfter ? "stale" : age > QuietAfter ? "quiet" : "live";
    }
}
