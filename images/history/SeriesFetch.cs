using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Market.History;
using StockPipeline.Storage;

namespace StockPipeline.History;

/// <summary>
/// Brings a range of one series into the cache, piece by piece, asking the exchange only for what is not there, or for all of it anew.
/// </summary>
internal sealed class SeriesFetch(IMarketDataCache cache, CandleHistory exchange)
{
    /// <summary>Candles of a piece that is known already, at most; one that is fetched has as many as the exchange gives at once.</summary>
    public const int MaxPage = 2_000;

    /// <summary>Fetches what comes first in the range.</summary>
    /// <param name="instrument">Of the candles.</param>
    /// <param name="interval">Of the candles.</param>
    /// <param name="range">Aligned, and not empty.</param>
    /// <param name="end">At the end of the range or after it: should the last piece be fetched, it may reach so far where that is free.</param>
    /// <param name="anew">Whatever has been fetched before.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Null when nothing of it is over yet.</returns>
    public async Task<FetchedPage?> NextAsync(
        Instrument instrument, Interval interval, TimeRange range, DateTimeOffset end, bool anew, CancellationToken cancellationToken)
    {
        await using var claim = await cache.ClaimAsync(instrument.Figi, interval, cancellationToken);
        var proven = anew ? new RangeSet() : await cache.FetchedAsync(instrument.Figi, interval, range, cancellationToken);
        var hole = proven.MissingOf(range).Select(one => (TimeRange?)one).FirstOrDefault();
        if (hole?.From != range.From)
            return await KnownAsync(instrument, interval, new TimeRange(range.From, hole?.From ?? range.To), cancellationToken);
        return await AskAsync(instrument, interval, WithFree(interval, hole.Value, range, end), cancellationToken);
    }

    private async Task<FetchedPage> KnownAsync(Instrument instrument, Interval interval, TimeRange known, CancellationToken cancellationToken)
    {
        var longest = interval.Length * MaxPage;
        var page = known.Length > longest ? new TimeRange(known.From, known.From + longest) : known;
        return new FetchedPage(page, await cache.ReadAsync(instrument.Figi, interval, page, cancellationToken), [], IsFetched: false, IsLast: false);
    }

    private async Task<FetchedPage?> AskAsync(Instrument instrument, Interval interval, TimeRange hole, CancellationToken cancellationToken)
    {
        await foreach (var page in exchange.ReadAsync(instrument, interval, hole, cancellationToken))
        {
            var known = await cache.ReadAsync(instrument.Figi, interval, page.Proven, cancellationToken);
            var revised = Revised(known, page);
            var opens = revised.Select(candle => candle.OpenTime).ToHashSet();
            await cache.StoreAsync(instrument.Figi, interval, page.Proven, revised, cancellationToken);
            return new FetchedPage(
                page.Proven, revised, [.. known.Select(candle => candle.OpenTime).Where(open => !opens.Contains(open))], IsFetched: true,
                IsLast: page.Proven.To < page.Asked.To);
        }
        return null;
    }

    /// <summary>What is asked for, with as much of what follows the range as the same request brings.</summary>
    private static TimeRange WithFree(Interval interval, TimeRange hole, TimeRange range, DateTimeOffset end) =>
        hole.To == range.To && end > range.To && end - hole.From <= CandleWindows.Of(interval).Step ? new TimeRange(hole.From, end) : hole;

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
