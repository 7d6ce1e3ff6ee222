using StockPipeline.Candles.Rollup;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Testing;
using Xunit.Abstractions;
using static StockPipeline.CandlesTests.Sample;

namespace StockPipeline.CandlesTests;

public sealed class RollUpTests(ITestOutputHelper output)
{
    [Fact]
    public void Minutes_in_any_order_repeated_and_corrected_add_up_to_the_candle_of_their_trades()
    {
        var random = new Random(Seed.Next(output.WriteLine));
        for (var round = 0; round < 200; round++)
        {
            var rollUp = new RollUp(Interval.FifteenMinutes);
            var minutes = Enumerable.Range(0, 30).Where(_ => random.Next(4) > 0)
                .Select(minute => Candle(minute, 100 + random.Next(50), volume: random.Next(1, 9))).ToList();

            foreach (var minute in minutes.OrderBy(_ => random.Next()))
            {
                if (random.Next(3) == 0)
                    rollUp.Take(minute with { Volume = 999 });
                rollUp.Take(minute);
            }

            foreach (var candle in rollUp.Candles)
                AssertSum(minutes.Where(minute => Interval.FifteenMinutes.Align(minute.OpenTime) == candle.OpenTime).OrderBy(minute =>
                    minute.OpenTime).ToList(), candle);
        }
    }

    [Fact]
    public void A_minute_that_says_nothing_new_changes_nothing()
    {
        var rollUp = new RollUp(Interval.OneHour);

        Assert.NotNull(rollUp.Take(Candle(3, 10)));
        Assert.Null(rollUp.Take(Candle(3, 10, final: true)));
    }

    [Fact]
    public void The_minutes_of_the_newest_candles_are_kept_and_of_older_ones_not()
    {
        var rollUp = new RollUp(Interval.FiveMinutes);
        for (var i = 0; i < RollUp.Kept + 1; i++)
            rollUp.Take(Candle(i * 5, 10));

        Assert.False(rollUp.Keeps(At(0)));
        Assert.Null(rollUp.Take(Candle(1, 10)));
        Assert.True(rollUp.Keeps(At(5)));
        Assert.NotNull(rollUp.Take(Candle(6, 10)));
        Assert.Equal(RollUp.Kept, rollUp.Candles.Count());
    }

    private static void AssertSum(List<Candle> minutes, Candle candle)
    {
        Assert.Equal(minutes[0].Open, candle.Open);
        Assert.Equal(minutes[^1].Close, candle.Close);
        Assert.Equal(minutes.Max(minute => minute.High), candle.High);
        Assert.Equal(minutes.Min(minute => minute.Low), candle.Low);
        Assert.Equal(minutes.Sum(minute => minute.Volume), candle.Volume);
        Assert.Equal(CandleSource.Rollup, candle.Source);
    }
}
