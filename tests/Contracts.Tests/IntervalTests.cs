using StockPipeline.Contracts.Time;

namespace StockPipeline.ContractsTests;

public sealed class IntervalTests
{
    [Fact]
    public void The_seven_intervals_carry_the_numbers_of_the_exchange_interface_shortest_first()
    {
        Assert.Equal([1, 2, 3, 9, 4, 11, 5], Interval.All.Select(interval => interval.Number));
        Assert.Equal(["1-min", "5-min", "15-min", "30-min", "1-hour", "4-hour", "1-day"], Interval.All.Select(interval => interval.Name));
        Assert.Equal(Interval.All, Interval.All.Order());
    }

    [Fact]
    public void An_interval_is_read_from_its_name_and_from_its_number()
    {
        foreach (var interval in Interval.All)
        {
            Assert.Same(interval, Interval.Parse(interval.Name.ToUpperInvariant()));
            Assert.Same(interval, Interval.Parse($" {interval.Number} "));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("6")]
    [InlineData("2-min")]
    [InlineData("-1")]
    public void What_is_no_interval_is_refused_with_what_is_allowed(string? text)
    {
        Assert.False(Interval.TryParse(text, out _));
        Assert.Contains("5-min (2)", Assert.Throws<FormatException>(() => Interval.Parse(text!)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1-min", "2026-11-20T10:37:00Z", "2026-11-20T10:38:00Z")]
    [InlineData("5-min", "2026-11-20T10:35:00Z", "2026-11-20T10:40:00Z")]
    [InlineData("15-min", "2026-11-20T10:30:00Z", "2026-11-20T10:45:00Z")]
    [InlineData("30-min", "2026-11-20T10:30:00Z", "2026-11-20T11:00:00Z")]
    [InlineData("1-hour", "2026-11-20T10:00:00Z", "2026-11-20T11:00:00Z")]
    [InlineData("4-hour", "2026-11-20T08:00:00Z", "2026-11-20T12:00:00Z")]
    [InlineData("1-day", "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z")]
    public void An_instant_belongs_to_the_candle_that_opened_last(string name, string open, string next)
    {
        var interval = Interval.Parse(name);
        var instant = DateTimeOffset.Parse("2026-11-20T10:37:41.5Z", null);

        Assert.Equal(DateTimeOffset.Parse(open, null), interval.Align(instant));
        Assert.Equal(DateTimeOffset.Parse(next, null), interval.NextOpen(instant));
        Assert.True(interval.IsAligned(interval.Align(instant)));
        Assert.False(interval.IsAligned(instant));
        Assert.Equal(interval.NextOpen(instant), interval.NextOpen(interval.Align(instant)));
    }

    [Fact]
    public void Alignment_holds_before_the_epoch_too()
    {
        Assert.Equal(DateTimeOffset.UnixEpoch.AddHours(-4),
            Interval.FourHours.Align(DateTimeOffset.UnixEpoch.AddTicks(-TimeSpan.TicksPerMillisecond)));
    }
}
