using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Storage;
using StockPipeline.Testing;

namespace StockPipeline.StorageTests;

/// <summary>What every cache promises.</summary>
public abstract class CacheContract
{
    private static readonly Figi Sber = new("BBG004730N88");
    private static readonly Figi Ydex = new("TCS00A107T19");

    protected abstract IMarketDataCache Cache { get; }

    [Fact]
    public async Task What_was_fetched_is_remembered_with_its_empty_stretches_and_only_for_its_series()
    {
        var figi = Fresh();
        await Cache.StoreAsync(figi, Interval.OneMinute, Range(0, 10), [Candle(figi, 3, 100)], CancellationToken.None);

        Assert.True((await Cache.FetchedAsync(figi, Interval.OneMinute, Range(0, 10), CancellationToken.None)).Covers(Range(0, 10)));
        Assert.Empty((await Cache.FetchedAsync(figi, Interval.FiveMinutes, Range(0, 10), CancellationToken.None)).Ranges);
        Assert.Empty((await Cache.FetchedAsync(Fresh(), Interval.OneMinute, Range(0, 10), CancellationToken.None)).Ranges);
        Assert.Equal(Candle(figi, 3, 100), Assert.Single(await Cache.ReadAsync(figi, Interval.OneMinute, Range(0, 10), CancellationToken.None)));
    }

    [Fact]
    public async Task Ranges_that_touch_or_overlap_become_one_and_others_stay_apart()
    {
        var figi = Fresh();
        foreach (var range in (TimeRange[])[Range(0, 5), Range(20, 30), Range(5, 8), Range(7, 12), Range(25, 40)])
            await Cache.StoreAsync(figi, Interval.OneMinute, range, [], CancellationToken.None);

        var fetched = await Cache.FetchedAsync(figi, Interval.OneMinute, Range(0, 100), CancellationToken.None);

        Assert.Equal([Range(0, 12), Range(20, 40)], fetched.Ranges);
    }

    [Fact]
    public async Task A_candle_stored_again_replaces_the_old_one_and_bounds_are_from_inside_to_outside()
    {
        var figi = Fresh();
        await Cache.StoreAsync(figi, Interval.OneMinute, Range(0, 10), [Candle(figi, 1, 100), Candle(figi, 2, 200), Candle(figi, 9, 900)],
            CancellationToken.None);
        await Cache.StoreAsync(figi, Interval.OneMinute, Range(2, 3), [Candle(figi, 2, 222)], CancellationToken.None);

        var read = await Cache.ReadAsync(figi, Interval.OneMinute, Range(1, 9), CancellationToken.None);

        Assert.Equal([Candle(figi, 1, 100), Candle(figi, 2, 222)], read);
    }

    [Fact]
    public async Task What_a_stretch_does_not_hold_any_more_is_gone_and_what_lies_around_it_stays()
    {
        var figi = Fresh();
        await Cache.StoreAsync(figi, Interval.OneMinute, Range(0, 10), [Candle(figi, 1, 100), Candle(figi, 2, 200), Candle(figi, 9, 900)],
            CancellationToken.None);

        await Cache.StoreAsync(figi, Interval.OneMinute, Range(2, 9), [Candle(figi, 5, 500)], CancellationToken.None);
        Assert.Equal([1, 5, 9], await MinutesAsync());
        await Cache.StoreAsync(figi, Interval.OneMinute, Range(5, 10), [], CancellationToken.None);
        Assert.Equal([1], await MinutesAsync());

        async Task<IEnumerable<int>> MinutesAsync() =>
            (await Cache.ReadAsync(figi, Interval.OneMinute, Range(0, 10), CancellationToken.None)).Select(one => (int)one.Close.ToDecimal() / 100);
    }

    [Fact]
    public async Task Only_one_at_a_time_holds_the_claim_of_a_series_and_other_series_do_not_wait()
    {
        var first = await Cache.ClaimAsync(Sber, Interval.OneMinute, CancellationToken.None);
        var second = Cache.ClaimAsync(Sber, Interval.OneMinute, CancellationToken.None);
        await using (await Cache.ClaimAsync(Ydex, Interval.OneMinute, CancellationToken.None).WaitAsync(Eventually.Patience))
        await using (await Cache.ClaimAsync(Sber, Interval.OneDay, CancellationToken.None).WaitAsync(Eventually.Patience))
            Assert.False(second.IsCompleted);

        await first.DisposeAsync();

        await (await second.WaitAsync(Eventually.Patience)).DisposeAsync();
    }

    [Fact]
    public async Task Stores_of_many_series_at_once_do_not_mix()
    {
        var figis = Enumerable.Range(0, 8).Select(_ => Fresh()).ToList();

        await Task.WhenAll(figis.Select(async (figi, number) =>
        {
            for (var i = 0; i < 10; i++)
                await Cache.StoreAsync(figi, Interval.OneMinute, Range(i * 10, (i * 10) + 10), [Candle(figi, i * 10, number + 1)],
                    CancellationToken.None);
        }));

        foreach (var (figi, number) in figis.Select((figi, number) => (figi, number)))
        {
            var read = await Cache.ReadAsync(figi, Interval.OneMinute, Range(0, 100), CancellationToken.None);
            Assert.Equal(10, read.Count);
            Assert.All(read, candle => Assert.Equal(number + 1, candle.Close.ToDecimal()));
            Assert.Equal([Range(0, 100)], (await Cache.FetchedAsync(figi, Interval.OneMinute, Range(0, 100), CancellationToken.None)).Ranges);
        }
    }

    private static Figi Fresh() => new($"F{Guid.NewGuid():N}"[..20]);

    private static TimeRange Range(int from, int to) => new(At(from), At(to));

    private static DateTimeOffset At(int minutes) => new DateTimeOffset(2026, 11, 20, 7, 0, 0, TimeSpan.Zero).AddMinutes(minutes);

    private static Candle Candle(Figi figi, int minute, decimal close) => new()
    {
        Figi = figi, OpenTime = At(minute), Open = Price.FromDecimal(close), High = Price.FromDecimal(close + 0.000000001m),
            Low = Price.FromDecimal(-close),
        Close = Price.FromDecimal(close), Volume = 7, Final = true, Source = CandleSource.History,
    };
}
