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
    private static readonly DateOnly Friday = new(2024, 2, 16);
    private static readonly DateOnly Saturday = new(2024, 2, 17);

    /// <summary>Known days of another time.</summary>
    private static readonly TradingDay[] Week = [.. Dates(new DateOnly(2025, 6, 23), 7).Select(Ordinary)];

    [Fact]
    public void The_sessions_of_a_day_are_found_in_the_minutes_of_liquid_shares()
    {
        var day = Weekday(Thursday);
        var random = new Random(Seed.Next(output.WriteLine));

        var traded = Enumerable.Range(0, 5).Select(_ => TradedMinutes(day, random, 0.9)).ToList();
        var inferred = DayInference.FromCandles(Exchange, Thursday, Interval.OneMinute, traded, [])!;

        Assert.True(inferred.Inferred);
        Assert.Equal([SessionKind.Main, SessionKind.Evening], inferred.Sessions.Select(session => session.Kind));
        Assert.Equal(SlotsOf(day), SlotsOf(inferred));
    }

    [Fact]
    public void A_morning_that_ends_before_the_auction_is_a_session_of_its_own()
    {
        var day = Day(Thursday, (SessionKind.Premarket, "04:00", "06:45"), (SessionKind.Main, "07:00", "15:40"));

        var inferred = DayInference.FromCandles(Exchange, Thursday, Interval.OneMinute, [.. Enumerable.Repeat(SlotsOf(day), 3)], [])!;

        Assert.Equal(day.Sessions, inferred.Sessions);
    }

    [Fact]
    public void A_day_on_which_no_liquid_share_traded_was_a_holiday()
    {
        var inferred = DayInference.FromCandles(Exchange, Thursday, Interval.OneMinute, [[], [], []], [Weekday(Friday)])!;

        Assert.False(inferred.IsTradingDay);
        Assert.True(inferred.Inferred);
    }

    [Fact]
    public void Too_few_shares_leave_the_day_unknown()
    {
        Assert.Null(DayInference.FromCandles(Exchange, Thursday, Interval.OneMinute, [SlotsOf(Weekday(Thursday)), SlotsOf(Weekday(Thursday))], []));
        Assert.Empty(DayInference.FromDays(Exchange, [Thursday], [new HashSet<DateOnly> { Thursday }], [Weekday(Thursday)]));
    }

    [Fact]
    public void Trading_on_a_Saturday_is_weekend_trading_unless_it_has_an_evening()
    {
        var weekend = DayInference.FromCandles(Exchange, Saturday, Interval.OneMinute, [.. Enumerable.Repeat(SlotsOf(WeekendDay(Saturday)), 3)], [])!;
        var working = DayInference.FromCandles(Exchange, Saturday, Interval.OneMinute, [.. Enumerable.Repeat(SlotsOf(Weekday(Saturday)), 3)], [])!;

        Assert.Equal([SessionKind.Weekend], weekend.Sessions.Select(session => session.Kind));
        Assert.Equal([SessionKind.Main, SessionKind.Evening], working.Sessions.Select(session => session.Kind));
    }

    [Fact]
    public void Daily_candles_tell_trading_days_and_a_template_their_hours()
    {
        var traded = new HashSet<DateOnly> { Thursday, Thursday.AddDays(1) };
        var halted = new HashSet<DateOnly> { Thursday.AddDays(1) };

        var days = DayInference.FromDays(Exchange, Dates(Thursday, 3), [traded, traded, halted], Week);

        Assert.Equal([true, true, false], days.Select(day => day.IsTradingDay));
        Assert.Equal(Weekday(Thursday).Sessions, days[0].Sessions);
        Assert.All(days, day => Assert.True(day.Inferred));
    }

    [Theory]
    [InlineData("1-min")]
    [InlineData("1-hour")]
    public void A_session_in_which_something_was_traded_took_place_whole_and_with_its_auctions(string interval)
    {
        var length = Interval.Parse(interval);
        var random = new Random(Seed.Next(output.WriteLine));

        foreach (var date in Dates(Thursday, 14))
        {
            var rare = TradedMinutes(Ordinary(date), random, 0.1, edges: 0).Select(length.Align).Distinct().ToList();
            var inferred = DayInference.FromCandles(Exchange, date, length, [rare, rare, rare], Week)!;

            Assert.Equal(Ordinary(date).Sessions, inferred.Sessions);
        }
    }

    [Theory]
    [InlineData("1-min")]
    [InlineData("1-hour")]
    public void What_was_not_traded_in_did_not_take_place(string interval)
    {
        var length = Interval.Parse(interval);
        var early = Weekday(Friday) with { Sessions = [.. Weekday(Friday).Sessions.Where(session => session.Kind != SessionKind.Evening)] };

        var inferred = DayInference.FromCandles(Exchange, Friday, length, [.. Enumerable.Repeat(SlotsOf(early, length), 3)], Week)!;

        Assert.Equal(early.Sessions, inferred.Sessions);
    }

    [Fact]
    public void Trading_beside_the_sessions_of_today_is_kept()
    {
        var then = Day(Friday, (SessionKind.Main, "06:30", "15:45"), (SessionKind.Evening, "16:00", "21:00"));
        var minutes = SlotsOf(then);

        var byMinutes = DayInference.FromCandles(Exchange, Friday, Interval.OneMinute, [minutes, minutes, minutes], Week)!;
        var hours = SlotsOf(then, Interval.OneHour);
        var byHours = DayInference.FromCandles(Exchange, Friday, Interval.OneHour, [hours, hours, hours], Week)!;

        Assert.Empty(minutes.Except(SlotsOf(byMinutes)));
        Assert.Empty(hours.Except(SlotsOf(byHours, Interval.OneHour)));
        Assert.Equal(SlotsOf(then, Interval.OneHour).Count, SlotsOf(byHours, Interval.OneHour).Count);
    }

    [Fact]
    public void A_working_Saturday_has_the_sessions_of_a_weekday()
    {
        var traded = SlotsOf(Weekday(Saturday));

        var inferred = DayInference.FromCandles(Exchange, Saturday, Interval.OneMinute, [traded, traded, traded], Week)!;

        Assert.Equal(Weekday(Saturday).Sessions, inferred.Sessions);
    }

    [Fact]
    public void Whatever_was_traded_whenever_is_in_the_day()
    {
        var random = new Random(Seed.Next(output.WriteLine));
        for (var round = 0; round < 300; round++)
        {
            var traded = TradedMinutes(RandomDay(random, Friday), random, random.NextDouble(), edges: 0);
            var known = Dates(Friday.AddDays(7), random.Next(6)).Select(date => RandomDay(random, date)).Concat(Week.Take(random.Next(8)));

            var inferred = DayInference.FromCandles(Exchange, Friday, Interval.OneMinute, [traded, traded, traded], known)!;

            Assert.Empty(traded.Except(SlotsOf(inferred)));
        }
    }

    private static List<DateTimeOffset> SlotsOf(TradingDay day) => SlotsOf(day, Interval.OneMinute);

    private static List<DateTimeOffset> SlotsOf(TradingDay day, Interval interval) =>
        [.. TradingCalendar.Empty.With([day]).Of(Exchange).Slots(interval, StartOf(day.Date), StartOf(day.Date.AddDays(1)))];

    /// <summary>Some of the minutes, the first and the last of each session with another chance.</summary>
    private static List<DateTimeOffset> TradedMinutes(TradingDay day, Random random, double chance, double edges = 1)
    {
        var slots = SlotsOf(day);
        return [.. slots.Where((slot, at) => random.NextDouble() < (at == 0 || at == slots.Count - 1 || !slots.Contains(slot.AddMinutes(1))
            || !slots.Contains(slot.AddMinutes(-1)) ? edges : chance))];
    }

    private static DateTimeOffset StartOf(DateOnly date) => new(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
