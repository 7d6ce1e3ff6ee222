using StockPipeline.Contracts.Time;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.LackTests;

public sealed class LackCounterTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("1-min", 1_500)]
    [InlineData("5-min", 1_500)]
    [InlineData("1-hour", 1_500)]
    [InlineData("4-hour", 1_500)]
    [InlineData("1-day", 1_500)]
    [InlineData("1-min", 0)]
    [InlineData("1-hour", 5)]
    [InlineData("1-day", 100)]
    public void Liquid_instrument_has_enough_after_a_few_questions(string interval, int calendarDays)
    {
        var series = Series(interval, liquidity: 1, calendarDays);

        series.Run(TimeSpan.FromMinutes(3));

        Assert.InRange(series.Count, CountedSeries.Needed, 12 * CountedSeries.Needed);
        Assert.InRange(series.Tasks.Count, 1, 3);
        NothingAskedTwice(series);
    }

    [Fact]
    public void Where_nothing_was_answered_yet_the_first_question_is_asked_at_once()
    {
        var series = Series("1-min", liquidity: 1, 1_500);

        series.Run(TimeSpan.FromSeconds(1));

        Assert.Single(series.Tasks);
    }

    [Theory]
    [InlineData("1-min", 0.3)]
    [InlineData("1-min", 0.1)]
    [InlineData("1-hour", 0.2)]
    public void Illiquid_instrument_is_looked_for_further_and_further_back(string interval, double liquidity)
    {
        var series = Series(interval, liquidity, 1_500);

        series.Run(TimeSpan.FromMinutes(3));

        Assert.True(series.Count >= CountedSeries.Needed);
        Assert.InRange(series.Tasks.Count, 2, 10);
        NothingAskedTwice(series);
    }

    [Fact]
    public void Instrument_that_never_trades_is_given_up_at_the_depth_and_left_alone()
    {
        var series = Series("1-min", liquidity: 0, 1_500);

        series.Run(TimeSpan.FromHours(2));

        Assert.InRange(series.Tasks.Count, 2, 10);
        NothingAskedTwice(series);
        var depth = series.Schedule.Slots(Interval.OneMinute, series.Tasks.Min(task => task.From), CountedSeries.Start).Count;
        Assert.InRange(depth, CountedSeries.Needed * (CountedSeries.Depth - 1), CountedSeries.Needed * CountedSeries.Depth);
    }

    [Fact]
    public void Nothing_is_asked_before_history_begins()
    {
        var begins = CountedSeries.Start.AddHours(-2);
        var series = new CountedSeries(Interval.OneMinute, new Random(Seed.Next(output.WriteLine)), 0.9, 1_500) { Begins = begins };

        series.Run(TimeSpan.FromMinutes(30));

        Assert.All(series.Tasks, task => Assert.True(task.From >= begins));
        Assert.InRange(series.Tasks.Count, 1, 2);
        NothingAskedTwice(series);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.2)]
    [InlineData(0.01)]
    public void Worker_that_is_killed_again_and_again_asks_nothing_twice(double liquidity)
    {
        var series = Series("1-min", liquidity, 1_500);

        series.Run(TimeSpan.FromHours(1), restartEvery: 5);

        NothingAskedTwice(series);
        Assert.NotEmpty(series.Tasks);
    }

    [Fact]
    public void Unanswered_request_is_repeated_as_it_was_with_growing_pauses()
    {
        var series = Series("1-min", liquidity: 1, 1_500);
        series.HistoryAnswers = false;

        series.Run(TimeSpan.FromMinutes(40));

        Assert.InRange(series.Tasks.Count, 4, 6);
        Assert.Single(series.Tasks.Select(task => (task.From, task.To)).Distinct());
        Assert.Equal(Enumerable.Range(1, series.Tasks.Count), series.Tasks.Select(task => task.Attempt));
    }

    private CountedSeries Series(string interval, double liquidity, int calendarDays) =>
        new(Interval.Parse(interval), new Random(Seed.Next(output.WriteLine)), liquidity, calendarDays);

    private static void NothingAskedTwice(CountedSeries series)
    {
        var asked = series.Tasks.OrderBy(task => task.From).ToList();
        Assert.All(asked, task => Assert.Equal(1, task.Attempt));
        // The last minute before the question was not over for history then: it alone may be asked again.
        foreach (var (earlier, later) in asked.Zip(asked.Skip(1)))
            Assert.True(earlier.To <= later.From || earlier.To - later.From <= TimeSpan.FromMinutes(2), $"{later.From:O} was asked twice");
    }
}
