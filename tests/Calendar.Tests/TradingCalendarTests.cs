using StockPipeline.Calendar;
using StockPipeline.Contracts.Time;
using static StockPipeline.CalendarTests.Samples;

namespace StockPipeline.CalendarTests;

public sealed class TradingCalendarTests
{
    private static readonly DateOnly Friday = new(2025, 6, 27);
    private static readonly DateOnly Saturday = new(2025, 6, 28);
    private static readonly DateOnly Monday = new(2025, 6, 30);

    private static readonly ExchangeSchedule Week = TradingCalendar.Empty.With(Dates(new DateOnly(2025, 6, 23), 10).Select(Ordinary)).Of(Exchange);

    [Fact]
    public void A_break_shorter_than_the_interval_leaves_no_hole()
    {
        var minutes = Week.Slots(Interval.OneMinute, Utc(2025, 6, 27, 15, 45), Utc(2025, 6, 27, 16, 10));
        var quarters = Week.Slots(Interval.FifteenMinutes, Utc(2025, 6, 27, 15, 30), Utc(2025, 6, 27, 16, 30));

        Assert.Equal(5 + 5, minutes.Count);
        Assert.Equal([Utc(2025, 6, 27, 15, 30), Utc(2025, 6, 27, 15, 45), Utc(2025, 6, 27, 16, 0), Utc(2025, 6, 27, 16, 15)], quarters);
    }

    [Fact]
    public void A_slot_exists_when_a_session_overlaps_it_even_partly()
    {
        Assert.True(Week.HasTrading(Interval.OneHour, Utc(2025, 6, 27, 3, 0)));
        Assert.False(Week.HasTrading(Interval.OneMinute, Utc(2025, 6, 27, 3, 0)));
        Assert.Equal(Utc(2025, 6, 27, 3), Week.Previous(Interval.OneHour, Utc(2025, 6, 27, 4)).Slot);
    }

    [Fact]
    public void Weekend_sessions_are_for_those_who_trade_at_weekends()
    {
        var calendar = TradingCalendar.Empty.With(Dates(Friday, 4).Select(Ordinary));

        var traded = calendar.Of(Share(weekend: true)).Slots(Interval.OneMinute, StartOf(Saturday), StartOf(Saturday.AddDays(1)));
        Assert.Equal((9 * 60) + 10, traded.Count);
        Assert.Equal(0, calendar.Of(Share(weekend: false)).Slots(Interval.OneMinute, StartOf(Saturday), StartOf(Saturday.AddDays(1))).Count);
        Assert.Equal(Utc(2025, 6, 30), calendar.Of(Share(weekend: false)).Next(Interval.OneDay, Utc(2025, 6, 27)).Slot);
        Assert.Equal(Utc(2025, 6, 28), calendar.Of(Share(weekend: true)).Next(Interval.OneDay, Utc(2025, 6, 27)).Slot);
    }

    [Fact]
    public void A_holiday_is_known_and_has_no_slots()
    {
        var schedule = TradingCalendar.Empty.With([Weekday(Friday), Holiday(Saturday), Holiday(Saturday.AddDays(1)), Weekday(Monday)]).Of(Exchange);

        Assert.False(schedule.HasTrading(Interval.OneMinute, Utc(2025, 6, 28, 12)));
        Assert.Equal(Utc(2025, 6, 27, 20, 49), schedule.Previous(Interval.OneMinute, Utc(2025, 6, 30, 3, 50)).Slot);
    }

    [Fact]
    public void An_unknown_day_is_not_a_closed_day()
    {
        var schedule = TradingCalendar.Empty.With([Weekday(Friday), Weekday(Monday)]).Of(Exchange);

        var slots = schedule.Slots(Interval.OneDay, StartOf(Friday), StartOf(Monday.AddDays(2)));
        var back = schedule.Previous(Interval.OneMinute, Utc(2025, 6, 30, 3, 50));
        var ahead = schedule.Next(Interval.OneMinute, Utc(2025, 6, 27, 20, 49));

        Assert.Null(schedule.HasTrading(Interval.OneMinute, Utc(2025, 6, 28, 12)));
        Assert.Equal((2, 3, false), (slots.Count, slots.UnknownDays, slots.IsComplete));
        Assert.Equal(
            [Saturday, Saturday.AddDays(1), Monday.AddDays(1)], schedule.UnknownDays(new TimeRange(StartOf(Friday), StartOf(Monday.AddDays(2)))));
        Assert.Equal((null, Saturday.AddDays(1)), (back.Slot, back.UnknownDay));
        Assert.Equal((null, Saturday), (ahead.Slot, ahead.UnknownDay));
    }

    [Fact]
    public void A_slot_found_before_the_unknown_day_is_an_answer()
    {
        var schedule = TradingCalendar.Empty.With([Weekday(Friday), Weekday(Monday)]).Of(Exchange);

        Assert.Equal(Utc(2025, 6, 30, 3, 50), schedule.Previous(Interval.OneMinute, Utc(2025, 6, 30, 3, 51)).Slot);
        Assert.Equal(Utc(2025, 6, 27, 20, 49), schedule.Next(Interval.OneMinute, Utc(2025, 6, 27, 20, 48)).Slot);
    }

    [Fact]
    public void An_exchange_nobody_told_about_is_all_unknown()
    {
        var schedule = TradingCalendar.Empty.Of("MOEX");

        Assert.False(schedule.IsKnown(Friday));
        Assert.Equal(Friday, schedule.Previous(Interval.OneDay, StartOf(Friday).AddHours(1)).UnknownDay);
        Assert.Equal(2, schedule.Slots(Interval.OneDay, StartOf(Friday), StartOf(Friday).AddHours(30)).UnknownDays);
    }

    [Fact]
    public void A_real_day_replaces_an_inferred_one_and_never_the_other_way_round()
    {
        var guess = WeekendDay(Friday) with { Inferred = true };

        var guessedFirst = TradingCalendar.Empty.With([guess]).With([Weekday(Friday)]);
        var guessedLast = TradingCalendar.Empty.With([Weekday(Friday)]).With([guess]);

        Assert.Equal(Weekday(Friday), guessedFirst.Of(Exchange).DayOf(Friday));
        Assert.Equal(Weekday(Friday), guessedLast.Of(Exchange).DayOf(Friday));
        Assert.Equal(guess, TradingCalendar.Empty.With([guess]).Of(Exchange).DayOf(Friday));
    }

    [Fact]
    public void A_day_taken_out_is_unknown_again()
    {
        var calendar = TradingCalendar.Empty.With(Dates(Friday, 3).Select(Ordinary)).Without(Exchange, Saturday);

        Assert.False(calendar.Of(Exchange).IsKnown(Saturday));
        Assert.True(calendar.Of(Exchange).IsKnown(Friday));
    }

    [Fact]
    public void Sessions_out_of_order_or_overlapping_or_outside_their_date_are_refused()
    {
        var main = Weekday(Friday).Sessions[2];
        var before = Weekday(Friday).Sessions[0];

        Assert.Throws<ArgumentException>(() => TradingCalendar.Empty.With([Weekday(Friday) with { Sessions = [main, before] }]));
        Assert.Throws<ArgumentException>(() => TradingCalendar.Empty.With([Weekday(Friday) with { Sessions = [main, main] }]));
        Assert.Throws<ArgumentException>(() => TradingCalendar.Empty.With([Weekday(Friday) with { Date = Saturday }]));
    }

    [Fact]
    public void The_session_that_is_on_is_told()
    {
        Assert.Equal(Contracts.Records.SessionKind.ClosingAuction, Week.SessionAt(Utc(2025, 6, 27, 15, 40))?.Kind);
        Assert.Null(Week.SessionAt(Utc(2025, 6, 27, 15, 50)));
    }

    [Theory]
    [InlineData("03:00", 1, "03:50")]
    [InlineData("03:50", 1, "03:50")]
    [InlineData("06:49", 1, "03:50")]
    [InlineData("06:50", 1, "06:50")]
    [InlineData("15:49", 1, "06:50")]
    [InlineData("15:55", 1, "06:50")]
    [InlineData("16:05", 1, "16:05")]
    [InlineData("23:30", 1, "16:05")]
    [InlineData("06:00", 60, "03:50")]
    [InlineData("15:45", 15, "06:50")]
    [InlineData("16:00", 240, "16:05")]
    [InlineData("00:00", 1_440, "03:50")]
    public void A_candle_belongs_to_the_session_that_is_on_while_it_is_auctions_included(string open, int minutes, string expected)
    {
        var start = Week.SessionStart(At(open), TimeSpan.FromMinutes(minutes));

        Assert.Equal(At(expected), start);

        static DateTimeOffset At(string time) => StartOf(Friday) + TimeSpan.Parse(time, System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void A_day_without_sessions_and_a_day_nobody_told_of_have_no_session_to_belong_to()
    {
        var calendar = TradingCalendar.Empty.With([Holiday(Friday)]).Of(Exchange);

        Assert.Null(calendar.SessionStart(StartOf(Friday).AddHours(9), TimeSpan.FromMinutes(1)));
        Assert.Null(calendar.SessionStart(StartOf(Saturday).AddHours(9), TimeSpan.FromMinutes(1)));
        Assert.Equal(StartOf(Saturday).AddMinutes(410), Week.SessionStart(StartOf(Saturday).AddHours(9), TimeSpan.FromMinutes(1)));
    }

    private static DateTimeOffset StartOf(DateOnly date) => new(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
