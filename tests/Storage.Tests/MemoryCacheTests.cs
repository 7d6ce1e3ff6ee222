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

    private static Candle Candle(Figi figi, int minute) => new()
    {
        Figi = figi, OpenTime = DateTimeOffset.UnixEpoch.AddMinutes(minute), Open = default, High = default, Low = default, Close = default,
            Volume = 1,
        Final = true, Source = CandleSource.History,
    };
}
