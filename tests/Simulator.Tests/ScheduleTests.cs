using Google.Protobuf.WellKnownTypes;
using StockPipeline.Contracts.Records;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Mapping;
using StockPipeline.Simulator.Api;
using StockPipeline.Simulator.Market;

namespace StockPipeline.SimulatorTests;

public sealed class ScheduleTests
{
    private static readonly DateOnly First = new(2024, 12, 1);

    [Fact]
    public void The_pipeline_reads_from_the_API_the_very_sessions_of_the_market()
    {
        for (var from = First; from < First.AddDays(730); from = from.AddDays(14))
        {
            var start = new DateTimeOffset(from, TimeOnly.MinValue, TimeSpan.Zero);
            var request = new TradingSchedulesRequest { From = start.ToTimestamp(), To = start.AddDays(13).ToTimestamp() };

            var days = SchedulesApi.Answer(request, start.AddHours(12)).ToRecords().ToList();

            Assert.Equal(14 * ExchangeSchedule.Exchanges.Count, days.Count);
            Assert.All(days, day => Assert.Equal(ExchangeSchedule.Sessions(day.Exchange, day.Date), day.Sessions));
        }
    }

    [Fact]
    public void Sessions_follow_each_other_within_one_date()
    {
        for (var date = First; date < First.AddDays(730); date = date.AddDays(1))
        {
            foreach (var exchange in ExchangeSchedule.Exchanges)
            {
                var sessions = ExchangeSchedule.Sessions(exchange, date);
                Assert.All(sessions, session => Assert.Equal(date, DateOnly.FromDateTime(session.Start.UtcDateTime)));
                Assert.All(sessions, session => Assert.Equal(date, DateOnly.FromDateTime(session.End.UtcDateTime)));
                Assert.All(sessions.Zip(sessions.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Start));
            }
        }
    }

    [Theory]
    [InlineData("2026-11-04", false)]
    [InlineData("2026-11-14", true)]
    [InlineData("2025-02-15", false)]
    [InlineData("2025-11-01", true)]
    public void Holidays_are_quiet_and_weekends_trade_since_they_do(string date, bool trades) =>
        Assert.Equal(trades, ExchangeSchedule.Sessions(ExchangeSchedule.Everything, DateOnly.Parse(date)).Count > 0);

    [Fact]
    public void An_early_close_has_no_evening()
    {
        var sessions = ExchangeSchedule.Sessions(ExchangeSchedule.Everything, new DateOnly(2026, 12, 30));

        Assert.Contains(sessions, session => session.Kind == SessionKind.Main);
        Assert.DoesNotContain(sessions, session => session.Kind == SessionKind.Evening);
    }
}
