using StockPipeline.Contracts.Tasks;
using StockPipeline.Tasks;
using StockPipeline.Tasks.Schedules;

namespace StockPipeline.TasksTests;

public sealed class ScheduleTimesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(MissedSlots.Newest, new[] { 12 })]
    [InlineData(MissedSlots.Each, new[] { 10, 11, 12 })]
    [InlineData(MissedSlots.None, new int[0])]
    public void What_was_missed_is_made_good_as_the_schedule_says(MissedSlots missed, int[] hours)
    {
        var due = Times("0 * * * *", "UTC").Due(Noon.AddHours(-6), Noon.AddMinutes(30), missed, Grace, limit: 3);

        Assert.Equal(hours, due.Select(slot => slot.Hour));
    }

    [Fact]
    public void A_time_that_has_just_come_was_not_missed()
    {
        var due = Times("0 * * * *", "UTC").Due(Noon.AddMinutes(-1), Noon.AddSeconds(5), MissedSlots.None, Grace, limit: 3);

        Assert.Equal([Noon], due);
    }

    [Fact]
    public void An_hour_that_comes_twice_counts_once_and_one_left_out_is_made_good()
    {
        var times = Times("30 1 * * *", "America/New_York");
        var night = Times("30 2 * * *", "America/New_York");

        Assert.Equal(
            [new DateTimeOffset(2026, 11, 1, 5, 30, 0, TimeSpan.Zero)],
            times.Due(new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), new(2026, 11, 2, 0, 0, 0, TimeSpan.Zero), MissedSlots.Each, Grace, 9));
        Assert.Equal(
            [new DateTimeOffset(2026, 3, 8, 7, 0, 0, TimeSpan.Zero)],
            night.Due(new(2026, 3, 8, 0, 0, 0, TimeSpan.Zero), new(2026, 3, 9, 0, 0, 0, TimeSpan.Zero), MissedSlots.Each, Grace, 9));
    }

    [Theory]
    [InlineData("61 * * * *", "UTC", "cron")]
    [InlineData("", "UTC", "cron")]
    [InlineData("0 * * * *", "Europe/Atlantis", "zone")]
    public void What_is_not_understood_is_named(string cron, string zone, string field)
    {
        Assert.False(ScheduleTimes.TryRead(cron, zone, out _, out var problem));
        Assert.Equal(field, problem.Field);
    }

    [Fact]
    public void The_id_of_a_time_is_the_same_wherever_it_is_asked_and_another_for_another_time()
    {
        Assert.Equal(TaskId.OfSlot("nightly", Noon), TaskId.OfSlot("nightly", Noon.ToOffset(TimeSpan.FromHours(3))));
        Assert.NotEqual(TaskId.OfSlot("nightly", Noon), TaskId.OfSlot("nightly", Noon.AddMinutes(1)));
        Assert.NotEqual(TaskId.OfKey("ab", "c"), TaskId.OfKey("a", "bc"));
        Assert.True(TaskId.IsValid(TaskId.OfKey("a", "b")));
    }

    private static ScheduleTimes Times(string cron, string zone)
    {
        Assert.True(ScheduleTimes.TryRead(cron, zone, out var times, out _));
        return times;
    }
}
