using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Gateway.Feed;
using StockPipeline.Streaming.Tables;
using StockPipeline.Testing;

namespace StockPipeline.GatewayTests.Series;

/// <summary>What was known at some time is never said to be certain where a correction may have been missed.</summary>
public sealed class RevisionReachTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private readonly ManualClock clock = new(Now);
    private readonly int partition = FigiPartition.Of(Prices.Figi, 10);

    [Fact]
    public void Where_the_topic_holds_all_that_was_ever_said_every_correction_is_known()
    {
        var reach = new RevisionReach(10, clock);
        reach.Begin(partition);
        reach.Read(partition, 0, 4, 5);
        reach.Read(partition, 5, 5, 1);
        reach.CaughtUp(partition);

        Assert.Null(reach.Since(Prices.Figi));
    }

    [Theory]
    [InlineData(3, 6, 4, 7)]
    [InlineData(0, 6, 5, 7)]
    [InlineData(0, 6, 7, 8)]
    public void Where_offsets_are_missing_corrections_are_known_since_the_topic_had_been_read(long first, long last, int count, long next)
    {
        var reach = new RevisionReach(10, clock);
        reach.Begin(partition);
        reach.Read(partition, first, last, count);
        reach.Read(partition, next, next, 1);
        reach.CaughtUp(partition);
        clock.Advance(TimeSpan.FromHours(1));
        reach.Read(partition, next + 1, next + 1, 1);

        Assert.Equal(Now, reach.Since(Prices.Figi));
        reach.Begin(partition);
        reach.CaughtUp(partition);
        Assert.Null(reach.Since(Prices.Figi));
    }

    [Fact]
    public void A_correction_of_a_row_that_is_no_longer_kept_is_said_and_one_that_history_fills_in_is_none()
    {
        var reach = new RevisionReach(10, clock);
        var journal = new RevisionJournal(Interval.OneMinute, null!, new RevisionTable(10), new PresenceTable(), reach);
        var intake = new TopicIntake<Candle>(Prices.Topic(kept: 3), Readings.Candle, figi => figi.Value, journal);
        reach.Begin(partition);
        for (var minute = 1; minute <= 5; minute++)
            Say(minute, 100, at: minute);

        Say(0, 100, at: 6);
        Assert.Null(reach.Since(Prices.Figi));

        Say(1, 101, at: 7);
        Assert.Equal(Now.AddSeconds(7), reach.Since(Prices.Figi));

        void Say(int minute, int close, int at)
        {
            var (time, price) = (DateTimeOffset.FromUnixTimeMilliseconds(Prices.TimeOf(minute)), Price.FromDecimal(close));
            var candle = new Candle
            {
                Figi = Prices.Figi, OpenTime = time, Open = price, High = price, Low = price, Close = price, Volume = 1, Final = true,
                Source = CandleSource.Stream,
            };
            var key = System.Text.Encoding.ASCII.GetBytes(new CandleKey(Prices.Figi, time).ToString());
            intake.Take(partition, new[] { new TableRecord<Candle>(key, candle, at - 1, Now.AddSeconds(at).ToUnixTimeMilliseconds()) });
        }
    }
}
