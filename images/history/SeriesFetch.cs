using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Market.History;
using StockPipeline.Storage;

namespace StockPipeline.History;

/// <summary>Brings one range of one series into the cache, asking the exchange only for what is not there, or for all of it anew.</summary>
internal sealed class SeriesFetch(IMarketDataCache cache, CandleHistory exchange)
{
    /// <summary>Fetches, and says how far the range is proven from its start on.</summary>
    public async Task<FetchedRange> FetchAsync(Instrument instrument, Interval interval, TimeRange range, bool anew, CancellationToken stop)
    {
        await using var claim = await cache.ClaimAsync(instrument.Figi, interval, stop);
        var proven = anew ? new RangeSet() : await cache.FetchedAsync(instrument.Figi, interval, range, stop);
        var missing = proven.MissingOf(range).ToList();
        foreach (var stretch in missing)
        {
            await foreach (var page in exchange.ReadAsync(instrument, interval, stretch, stop))
            {
                var known = await cache.ReadAsync(instrument.Figi, interval, page.Proven, stop);
                await cache.StoreAsync(instrument.Figi, interval, page.Proven, Revised(known, page), stop);
                proven.Add(page.Proven);
            }
        }
        var end = proven.MissingOf(range).Select(hole => (DateTimeOffset?)hole.From).FirstOrDefault() ?? range.To;
        var fetched = new TimeRange(range.From, end);
        return new FetchedRange(fetched, await cache.ReadAsync(instrument.Figi, interval, fetched, stop), missing.Count);
    }

    /// <summary>The candles of the proven part; one that differs from what was fetched before is a revision of it.</summary>
    private static List<Candle> Revised(IReadOnlyList<Candle> known, HistoryPage page)
    {
        var before = known.ToDictionary(candle => candle.OpenTime);
        return [.. page.Candles.Where(candle => page.Proven.Contains(candle.OpenTime)).Select(candle =>
            before.TryGetValue(candle.OpenTime, out var old)
                ? candle with { Revision = old.SameMarketData(candle) ? old.Revision : old.Revision + 1 }
                : candle)];
    }
}
