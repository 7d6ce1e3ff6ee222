using StockPipeline.Polygon.Calendar;

namespace StockPipeline.PolygonTests;

public sealed class NewYorkTests
{
    [Theory]
    [InlineData("2024-03-29")]
    [InlineData("2024-06-19")]
    [InlineData("2025-01-09")]
    [InlineData("2025-04-18")]
    [InlineData("2026-01-01")]
    [InlineData("2026-01-19")]
    [InlineData("2026-02-16")]
    [InlineData("2026-04-03")]
    [InlineData("2026-05-25")]
    [InlineData("2026-06-19")]
    [InlineData("2026-07-03")]
    [InlineData("2026-09-07")]
    [InlineData("2026-11-26")]
    [InlineData("2026-12-25")]
    [InlineData("2023-01-02")]
    [InlineData("2027-12-24")]
    public void On_a_holiday_nobody_trades(string date) => Assert.Empty(NewYork.Day(DateOnly.Parse(date, null)).Sessions);

    [Theory]
    [InlineData("2021-12-31")]
    [InlineData("2021-06-18")]
    [InlineData("2026-10-12")]
    [InlineData("2026-11-11")]
    public void On_a_holiday_of_the_banks_alone_there_is_trading(string date) => Assert.Single(NewYork.Day(DateOnly.Parse(date, null)).Sessions);

    [Theory]
    [InlineData("2024-07-03")]
    [InlineData("2025-11-28")]
    [InlineData("2026-11-27")]
    [InlineData("2026-12-24")]
    public void The_eves_of_holidays_end_at_one(string date)
    {
        var session = Assert.Single(NewYork.Day(DateOnly.Parse(date, null)).Sessions);

        Assert.Equal(TimeSpan.FromHours(3.5), session.Range.Length);
    }

    [Fact]
    public void A_session_lies_within_its_date_in_UTC_all_the_year_round()
    {
        for (var date = new DateOnly(2020, 1, 1); date.Year < 2031; date = date.AddDays(1))
        {
            foreach (var session in NewYork.Day(date).Sessions)
            {
                Assert.Equal(date, DateOnly.FromDateTime(session.Start.UtcDateTime));
                Assert.Equal(date, DateOnly.FromDateTime(session.End.UtcDateTime));
                Assert.Contains(session.Start.Hour, new[] { 13, 14 });
            }
        }
    }

    [Fact]
    public void A_year_has_as_many_trading_days_as_the_exchange_says()
    {
        // 2024: 252 with three early closes; 2025: 250 with three and a day of mourning.
        Assert.Equal((252, 3), Count(2024));
        Assert.Equal((250, 3), Count(2025));
    }

    private static (int Days, int Early) Count(int year)
    {
        var days = Enumerable.Range(0, 366).Select(number => new DateOnly(year, 1, 1).AddDays(number)).Where(date => date.Year == year)
            .Where(date => !NewYork.IsClosed(date)).ToList();
        return (days.Count, days.Count(NewYork.IsEarly));
    }
}
