using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Storage;

/// <summary>
/// What has been fetched from the exchange, empty stretches included, so that nothing is asked twice. Safe for many threads; changes of one
/// series are made by whoever holds its claim.
/// </summary>
public interface IMarketDataCache : IAsyncDisposable
{
    /// <summary>Makes the cache ready for use; repeated calls change nothing.</summary>
    Task PrepareAsync(CancellationToken stop);

    /// <summary>Waits for the right to fetch and store the series; disposing gives it to the next, in this process or another.</summary>
    Task<IAsyncDisposable> ClaimAsync(Figi figi, Interval interval, CancellationToken stop);

    /// <summary>The fetched stretches that touch the range.</summary>
    Task<RangeSet> FetchedAsync(Figi figi, Interval interval, TimeRange range, CancellationToken stop);

    /// <summary>
    /// Remembers a fetched stretch and its candles, which replace all that were known of it, those that are gone too; all of it or nothing.
    /// </summary>
    Task StoreAsync(Figi figi, Interval interval, TimeRange fetched, IReadOnlyCollection<Candle> candles, CancellationToken stop);

    /// <summary>The candles that open in the range, in order.</summary>
    Task<IReadOnlyList<Candle>> ReadAsync(Figi figi, Interval interval, TimeRange range, CancellationToken stop);
}
