using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.GapsTests;

public sealed class SimulatedMonthTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("1-min", 1.0)]
    [InlineData("1-min", 0.6)]
    [InlineData("1-min", 0.02)]
    [InlineData("5-min", 0.9)]
    [InlineData("1-hour", 0.7)]
    [InlineData("1-day", 1.0)]
    public void A_month_without_faults_leaves_no_gap_and_asks_nothing_twice(string interval, double liquidity)
    {
        var month = new SimulatedMonth(Interval.Parse(interval), new Random(Seed.Next(output.WriteLine)), liquidity, lost: 0);

        month.Run(restartChance: 0);

        if (liquidity == 1.0)
            Assert.Empty(month.Tasks);
        NothingAskedTwice(month);
        EverySlotIsThereOrProven(month);
    }

    [Theory]
    [InlineData("1-min", 1.0, 0.05)]
    [InlineData("1-min", 0.3, 0.5)]
    [InlineData("15-min", 0.8, 0.3)]
    public void Every_hole_ends_filled_or_proven_empty_whatever_the_stream_loses(string interval, double liquidity, double lost)
    {
        var month = new SimulatedMonth(Interval.Parse(interval), new Random(Seed.Next(output.WriteLine)), liquidity, lost);

        month.Run(restartChance: 0);

        NothingAskedTwice(month);
        EverySlotIsThereOrProven(month);
    }

    [Fact]
    public void A_worker_that_is_killed_again_and_again_asks_nothing_twice()
    {
        var month = new SimulatedMonth(Interval.OneMinute, new Random(Seed.Next(output.WriteLine)), liquidity: 0.7, lost: 0.1);

        month.Run(restartChance: 0.005);

        NothingAskedTwice(month);
        EverySlotIsThereOrProven(month);
    }

    private static void NothingAskedTwice(SimulatedMonth month)
    {
        var end = DateTimeOffset.MinValue;
        foreach (var task in month.Tasks.OrderBy(task => task.From))
        {
            Assert.True(task.From >= end, $"{task.From:O} was asked twice");
            Assert.Equal(1, task.Attempt);
            end = task.To;
        }
    }

    private static void EverySlotIsThereOrProven(SimulatedMonth month)
    {
        var first = month.Candles.Min();
        Assert.Equal(month.Truth.Where(slot => slot + month.Settings.Interval.Length < SimulatedMonth.Start.AddDays(31)), month.Candles.Order());
        var answered = month.Topic.Values.Where(entry => entry.State is GapState.Filled or GapState.Empty).ToList();
        Assert.Equal(answered.Count, month.Topic.Count);
        foreach (var slot in month.Schedule.Slots(month.Settings.Interval, first,
            SimulatedMonth.Start.AddDays(30.9) - month.Settings.Interval.Length))
            Assert.True(month.Candles.Contains(slot) || answered.Exists(entry => entry.From <= slot && slot < entry.To),
                $"{slot:O} is neither there nor proven");
    }
}
