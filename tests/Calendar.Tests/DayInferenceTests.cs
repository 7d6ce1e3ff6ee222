using StockPipeline.Calendar;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Testing;
using Xunit.Abstractions;
using static StockPipeline.CalendarTests.Samples;

namespace StockPipeline.CalendarTests;

public sealed class DayInferenceTests(ITestOutputHelper output)
{
    private static readonly DateOnly Thursday = new(2024, 2, 15);
    private static readonly DateOnly Saturday = new(2024, 2, 17);

    [Fact]
    public void The_sessions_of_a_day_are_found_in_the_minutes_of_liquid_shares()
    {
        var day = Weekday(Thursday);
        var random = new Random(Seed.Next(output.WriteLine));

        var inferred = DayInference.FromMinutes(Exchange, Thursday, [.. Enumerable.Range(0, 5).Select(_ => TradedMinutes(day, random, 0.9))])!;

        Assert.True(inferred.Inferred);
        Assert.Equal([SessionKind.Main, SessionKind.Evening], inferred.Sessions.Select(session => session.Kind));
        Assert.Equal(SlotsOf(day), SlotsOf(inferred));
    }

    [Fact]
    public void A_morning_that_ends_before_the_auction_is_a_session_of_its_own()
    {
        var day = Day(Thursday, (SessionKind.Premarket, "04:00", "06:45"), (SessionKind.Main, "07:00", "15:40"));

        var inferred = DayInference.FromMinutes(Exchange, Thursday, [.. Enumerable.Repeat(SlotsOf(day), 3)])!;

        Assert.Equal(day.Sessions, inferred.Sessions);
    }

    [Fact]
    public void A_day_on_which_no_liquid_share_traded_was_a_holiday()
    {
        var inferred = DayInference.FromMinutes(Exchange, Thursday, [[], [], []])!;

        Assert.False(inferred.IsTradingDay);
        Assert.True(inferred.Inferred);
    }

    [Fact]
    public void Too_few_shares_leave_the_day_unknown()
    {
        Assert.Null(DayInference.FromMinutes(Exchange, Thursday, [SlotsOf(Weekday(Thursday)), SlotsOf(Weekday(Thursday))]));
        Assert.Empty(DayInference.FromDays(Exchange, [Thursday], [new HashSet<DateOnly> { Thursday }], Weekday(Thursday)));
    }

    [Fact]
    public void Trading_on_a_Saturday_is_weekend_trading_unless_it_has_an_evening()
    {
        var weekend = DayInference.FromMinutes(Exchange, Saturday, [.. Enumerable.Repeat(SlotsOf(WeekendDay(Saturday)), 3)])!;
        var working = DayInference.FromMinutes(Exchange, Saturday, [.. Enumerable.Repeat(SlotsOf(Weekday(Saturday)), 3)])!;

        Assert.Equal([SessionKind.Weekend], weekend.Sessions.Select(session => session.Kind));
        Assert.Equal([SessionKind.Main, SessionKind.Evening], working.Sessions.Select(session => session.Kind));
    }

    [Fact]
    public void Daily_candles_tell_trading_days_and_a_template_their_hours()
    {
        var traded = new HashSet<DateOnly> { Thursday, Thursday.AddDays(1) };
        var halted = new HashSet<DateOnly> { Thursday.AddDays(1) };

        var days = DayInference.FromDays(Exchange, Dates(Thursday, 3), [traded, traded, halted], Weekday(new DateOnly(2025, 6, 27)));

        Assert.Equal([true, true, false], days.Select(day => day.IsTradingDay));
        Assert.Equal(Weekday(Thursday).Sessions, days[0].Sessions);
        Assert.All(days, day => Assert.True(day.Inferred));
    }

    private static List<DateTimeOffset> SlotsOf(TradingDay day) =>
        [.. TradingCalendar.Empty.With([day]).Of(Exchange).Slots(Interval.OneMinute, StartOf(day.Date), StartOf(day.Date.AddDays(1)))];

    private static List<DateTimeOffset> TradedMinutes(TradingDay day, Random random, double chance)
    {
        var slots = SlotsOf(day);
        return [.. slots.Where((slot, at) => at == 0 || at == slots.Count - 1 || !slots.Contains(slot.AddMinutes(1))
            || !slots.Contains(slot.AddMinutes(-1)) || random.NextDouble() < chance)];
    }

    private static DateTimeOffset StartOf(DateOnly date) => new(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
