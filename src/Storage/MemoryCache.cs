using System.Collections.Concurrent;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Storage;

/// <summary>The cache of one process without a database: gone with it, and bounded.</summary>
public sealed class MemoryCache(int maxCandles = MemoryCache.DefaultMaxCandles) : IMarketDataCache
{
    public const int DefaultMaxCandles = 250_000;

    private readonly ConcurrentDictionary<(Figi, Interval), Series> all = new();
    private int candleCount;

    public Task PrepareAsync(CancellationToken stop) => Task.CompletedTask;

    public async Task<IAsyncDisposable> ClaimAsync(Figi figi, Interval interval, CancellationToken stop)
    {
        var series = Of(figi, interval);
        await series.Claim.WaitAsync(stop);
        return new Held(series.Claim);
    }

    public Task<RangeSet> FetchedAsync(Figi figi, Interval interval, TimeRange range, CancellationToken stop)
    {
        var series = Of(figi, interval);
        lock (series)
            return Task.FromResult(new RangeSet(series.Fetched.Ranges.Where(one => one.From <= range.To && range.From <= one.To)));
    }

    public Task StoreAsync(Figi figi, Interval interval, TimeRange fetched, IReadOnlyCollection<Candle> candles, CancellationToken stop)
    {
        // At the limit everything is forgotten and fetched anew when asked for: rare, simple, and never wrong.
        if (Interlocked.Add(ref candleCount, candles.Count) > maxCandles)
            Clear(candles.Count);
        var series = Of(figi, interval);
        lock (series)
        {
            series.Fetched.Add(fetched);
            foreach (var candle in candles)
                series.Candles[candle.OpenTime] = StoredCandle.Of(candle);
        }
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<Candle>> ReadAsync(Figi figi, Interval interval, TimeRange range, CancellationToken stop)
    {
        var series = Of(figi, interval);
        lock (series)
        {
            return Task.FromResult<IReadOnlyList<Candle>>(
                [.. series.Candles.Where(one => range.Contains(one.Key)).Select(one => one.Value.In(figi, one.Key))]);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Series Of(Figi figi, Interval interval) => all.GetOrAdd((figi, interval), static _ => new Series());

    private void Clear(int kept)
    {
        Interlocked.Exchange(ref candleCount, kept);
        foreach (var series in all.Values)
        {
            lock (series)
            {
                series.Fetched = new RangeSet();
                series.Candles.Clear();
            }
        }
    }

    private sealed class Series
    {
        public SemaphoreSlim Claim { get; } = new(1, 1);

        public RangeSet Fetched { get; set; } = new();

        public SortedList<DateTimeOffset, StoredCandle> Candles { get; } = [];
    }

    private sealed class Held(SemaphoreSlim claim) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            claim.Release();
            return ValueTask.CompletedTask;
        }
    }
}
