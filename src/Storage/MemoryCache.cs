using System.Collections.Concurrent;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Storage;

/// <summary>The cache of one process without a database: gone with it, and bounded.</summary>
public sealed class MemoryCache(int maxCandles = MemoryCache.DefaultMaxCandles) : IMarketDataCache
{
    public const int DefaultMaxCandles = 250_000;

    private readonly ConcurrentDictionary<(Figi, Interval), Slot> all = new();
    private int candleCount;

    public Task PrepareAsync(CancellationToken stop) => Task.CompletedTask;

    public async Task<IAsyncDisposable> ClaimAsync(Figi figi, Interval interval, CancellationToken stop)
    {
        var slot = Of(figi, interval);
        await slot.Claim.WaitAsync(stop);
        return new Held(slot.Claim);
    }

    public Task<RangeSet> FetchedAsync(Figi figi, Interval interval, TimeRange range, CancellationToken stop)
    {
        var slot = Of(figi, interval);
        lock (slot)
            return Task.FromResult(new RangeSet(slot.Series.Fetched.Ranges.Where(one => one.From <= range.To && range.From <= one.To)));
    }

    public Task StoreAsync(Figi figi, Interval interval, TimeRange fetched, IReadOnlyCollection<Candle> candles, CancellationToken stop)
    {
        // At the limit everything is forgotten and fetched anew when asked for: rare, simple, and never wrong.
        if (Interlocked.Add(ref candleCount, candles.Count) > maxCandles)
            Forget();
        var slot = Of(figi, interval);
        lock (slot)
        {
            slot.Series.Fetched.Add(fetched);
            Interlocked.Add(ref candleCount, slot.Series.Replace(fetched, candles) - candles.Count);
        }
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<Candle>> ReadAsync(Figi figi, Interval interval, TimeRange range, CancellationToken stop)
    {
        var slot = Of(figi, interval);
        lock (slot)
            return Task.FromResult(slot.Series.Read(figi, range));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Slot Of(Figi figi, Interval interval) => all.GetOrAdd((figi, interval), static _ => new Slot());

    /// <summary>Who holds the claim of a series has been told what is known of it and still has to read that.</summary>
    private void Forget()
    {
        foreach (var slot in all.Values)
        {
            lock (slot)
            {
                if (!slot.IsClaimed)
                    Interlocked.Add(ref candleCount, -slot.Series.Clear());
            }
        }
    }

    private sealed class Slot
    {
        public SemaphoreSlim Claim { get; } = new(1, 1);

        public bool IsClaimed => Claim.CurrentCount == 0;

        public StoredSeries Series { get; } = new();
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
