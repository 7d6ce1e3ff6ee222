using Google.Protobuf.WellKnownTypes;
using StockPipeline.Contracts.Records;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Mapping;
using StockPipeline.Testing;
using Xunit.Abstractions;
using TradingDay = StockPipeline.Market.Contract.TradingDay;

namespace StockPipeline.MarketTests.Mapping;

public sealed class ScheduleMappingTests(ITestOutputHelper output)
{
    private static readonly DateOnly Friday = new(2025, 6, 27);
    private static readonly DateOnly Saturday = new(2025, 6, 28);

    [Fact]
    public void A_day_of_the_exchange_has_its_sessions_in_order()
    {
        var sessions = Weekday(Friday).ToRecord("MOEX").Sessions;

        Assert.Equal(
            [
                (SessionKind.Premarket, "03:50", "06:50"), (SessionKind.OpeningAuction, "06:50", "07:00"), (SessionKind.Main, "07:00", "15:40"),
                (SessionKind.ClosingAuction, "15:40", "15:50"), (SessionKind.EveningAuction, "16:00", "16:05"),
                (SessionKind.Evening, "16:05", "20:50"),
            ],
            sessions.Select(Text));
    }

    [Fact]
    public void A_main_session_given_as_the_whole_day_gets_what_the_others_leave()
    {
        var day = Weekday(Friday);
        (day.StartTime, day.EndTime) = (At(Friday, "03:50"), At(Friday, "20:50"));

        var main = day.ToRecord("MOEX").Sessions.Where(session => session.Kind == SessionKind.Main).Select(Text);

        Assert.Equal([(SessionKind.Main, "07:00", "15:40"), (SessionKind.Main, "15:50", "16:00")], main);
    }

    [Fact]
    public void Typed_intervals_tell_the_main_session_more_exactly()
    {
        var day = Weekday(Friday);
        (day.StartTime, day.EndTime) = (At(Friday, "03:50"), At(Friday, "20:50"));
        day.Intervals.Add(Interval("regular_trading_session_main", "07:00", "15:39"));
        day.Intervals.Add(Interval("regular_trading_session_evening", "16:05", "20:50"));

        var sessions = day.ToRecord("MOEX").Sessions.Select(Text).ToList();

        Assert.Contains((SessionKind.Main, "07:00", "15:39"), sessions);
        Assert.Single(sessions, session => session.Kind == SessionKind.Main);
        Assert.Single(sessions, session => session.Kind == SessionKind.Evening);
    }

    [Fact]
    public void A_short_clearing_is_a_break_and_a_long_one_is_none()
    {
        var shortBreak = Weekday(Friday);
        (shortBreak.ClearingStartTime, shortBreak.ClearingEndTime) = (At(Friday, "11:00"), At(Friday, "11:05"));
        var longBreak = shortBreak.Clone();
        longBreak.ClearingEndTime = At(Friday, "15:00");

        Assert.Equal(2, shortBreak.ToRecord("FORTS").Sessions.Count(session => session.Kind == SessionKind.Main));
        Assert.Equal(1, longBreak.ToRecord("FORTS").Sessions.Count(session => session.Kind == SessionKind.Main));
    }

    [Fact]
    public void Weekend_trading_is_told_from_a_working_Saturday()
    {
        var weekend = new TradingDay { Date = At(Saturday, "00:00"), IsTradingDay = true };
        (weekend.StartTime, weekend.EndTime) = (At(Saturday, "07:00"), At(Saturday, "16:00"));

        Assert.Equal([(SessionKind.Weekend, "07:00", "16:00")], weekend.ToRecord("MOEX").Sessions.Select(Text));
        Assert.DoesNotContain(Weekday(Saturday).ToRecord("MOEX").Sessions, session => session.Kind == SessionKind.Weekend);
    }

    [Fact]
    public void A_day_without_trading_has_no_sessions_whatever_its_times()
    {
        var day = Weekday(Friday);
        day.IsTradingDay = false;

        Assert.Empty(day.ToRecord("MOEX").Sessions);
    }

    [Fact]
    public void Whatever_the_fields_say_sessions_are_in_order_apart_and_within_their_date()
    {
        var random = new Random(Seed.Next(output.WriteLine));
        var times = TradingDay.Descriptor.Fields.InDeclarationOrder().Where(field => field.Name.EndsWith("_time", StringComparison.Ordinal)).ToList();
        for (var round = 0; round < 500; round++)
        {
            var day = new TradingDay { Date = At(Friday, "00:00"), IsTradingDay = true };
            foreach (var field in times)
            {
                if (random.Next(3) > 0)
                    field.Accessor.SetValue(day, At(Friday, "00:00") + Duration.FromTimeSpan(TimeSpan.FromMinutes(random.Next(-200, 1700))));
            }
            for (var interval = random.Next(4); interval > 0; interval--)
                day.Intervals.Add(Interval("x", $"{random.Next(24):D2}:00", $"{random.Next(24):D2}:30"));

            var sessions = day.ToRecord("MOEX").Sessions;

            for (var at = 0; at < sessions.Count; at++)
            {
                Assert.True(sessions[at].Start < sessions[at].End);
                Assert.True(at == 0 || sessions[at - 1].End <= sessions[at].Start);
                Assert.InRange(sessions[at].Start, At(Friday, "00:00").ToDateTimeOffset(), sessions[at].End);
                Assert.True(sessions[at].End <= At(Saturday, "00:00").ToDateTimeOffset());
            }
            StockPipeline.Calendar.TradingCalendar.Empty.With([day.ToRecord("MOEX")]);
        }
    }

    private static TradingDay Weekday(DateOnly date) => new()
    {
        Date = At(date, "00:00"),
        IsTradingDay = true,
        StartTime = At(date, "07:00"),
        EndTime = At(date, "15:40"),
        PremarketStartTime = At(date, "03:50"),
        PremarketEndTime = At(date, "06:50"),
        OpeningAuctionStartTime = At(date, "06:50"),
        OpeningAuctionEndTime = At(date, "07:00"),
        ClosingAuctionStartTime = At(date, "15:40"),
        ClosingAuctionEndTime = At(date, "15:50"),
        EveningOpeningAuctionStartTime = At(date, "16:00"),
        EveningStartTime = At(date, "16:05"),
        EveningEndTime = At(date, "20:50"),
    };

    private static TradingInterval Interval(string type, string start, string end) => new()
    {
        Type = type, Interval = new TradingInterval.Types.TimeInterval { StartTs = At(Friday, start), EndTs = At(Friday, end) },
    };

    private static (SessionKind Kind, string Start, string End) Text(TradingSession session) =>
        (session.Kind, $"{session.Start:HH:mm}", $"{session.End:HH:mm}");

    private static Timestamp At(DateOnly date, string time) => Timestamp.FromDateTime(
        DateTime.SpecifyKind(date.ToDateTime(TimeOnly.Parse(time, System.Globalization.CultureInfo.InvariantCulture)), DateTimeKind.Utc));
}
