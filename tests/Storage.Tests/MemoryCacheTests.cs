using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Storage;

namespace StockPipeline.StorageTests;

public sealed class MemoryCacheTests : CacheContract
{
    protected override IMarketDataCache Cache { get; } = new MemoryCache();

    [Fact]
    public async Task One_candle_past_the_limit_everything_is_forgotten_rather_than_half_known()
    {
        var cache = new MemoryCache(maxCandles: 2);
        var figi = new Figi("LIMIT");
        var day = new TimeRange(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1));
        await cache.StoreAsync(figi, Interval.OneMinute, day, [Candle(figi, 0), Candle(figi, 1)], CancellationToken.None);
        Assert.True((await cache.FetchedAsync(figi, Interval.OneMinute, day, CancellationToken.None)).Covers(day));

        var next = new TimeRange(day.To, day.To.AddDays(1));
        await cache.StoreAsync(figi, Interval.OneMinute, next, [Candle(figi, 2000)], CancellationToken.None);

        Assert.Equal([next], (await cache.FetchedAsync(figi, Interval.OneMinute, day, CancellationToken.None)).Ranges);
        Assert.Empty(await cache.ReadAsync(figi, Interval.OneMinute, day, CancellationToken.None));
    }

    [Fact]
    public async Task A_series_somebody_is_working_on_is_not_forgotten_at_the_limit()
    {
        var cache = new MemoryCache(maxCandles: 2);
        var (figi, other) = (new Figi("CLAIMED"), new Figi("OTHER"));
        var day = new TimeRange(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1));
        await using (await cache.ClaimAsync(figi, Interval.OneMinute, CancellationToken.None))
        {
            await cache.StoreAsync(figi, Interval.OneMinute, day, [Candle(figi, 0), Candle(figi, 1)], CancellationToken.None);

            await cache.StoreAsync(other, Interval.OneMinute, day, [Candle(other, 0)], CancellationToken.None);

            Assert.Equal(2, (await cache.ReadAsync(figi, Interval.OneMinute, day, CancellationToken.None)).Count);
        }
        await cache.StoreAsync(other, Interval.OneMinute, day, [Candle(other, 0)], CancellationToken.None);
        Assert.Empty(await cache.ReadAsync(figi, Interval.OneMinute, day, CancellationToken.None));
    }

    [Fact]
    public async Task Candles_come_in_order_whatever_order_they_were_stored_in()
    {
        var cache = new MemoryCache();
        var figi = new Figi("ORDER");
        foreach (var minute in (int[])[7, 3, 9, 3, 5])
        {
            var stretch = new TimeRange(DateTimeOffset.UnixEpoch.AddMinutes(minute), DateTimeOffset.UnixEpoch.AddMinutes(minute + 1));
            await cache.StoreAsync(figi, Interval.OneMinute, stretch, [Candle(figi, minute)], CancellationToken.None);
        }
        var from5To9 = new TimeRange(DateTimeOffset.UnixEpoch.AddMinutes(4.5), DateTimeOffset.UnixEpoch.AddMinutes(9));

        var read = await cache.ReadAsync(figi, Interval.OneMinute, from5To9, CancellationToken.None);

        Assert.Equal([Candle(figi, 5), Candle(figi, 7)], read);
    }

    private static Candle Candle(Figi figi, int minute) => new()
    {
        Figi = figi, OpenTime = DateTimeOffset.UnixEpoch.AddMinutes(minute), Open = default, High = default, Low = default, Close = default,
            Volume = 1,
        Final = true, Source = CandleSource.History,
    };
}
