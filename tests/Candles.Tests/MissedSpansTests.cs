using StockPipeline.Candles.Forming;
using StockPipeline.Candles.Missed;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Testing;
using static StockPipeline.CandlesTests.Sample;

namespace StockPipeline.CandlesTests;

public sealed class MissedSpansTests
{
    [Fact]
    public void What_has_settled_is_asked_at_once_and_the_rest_when_it_has()
    {
        var missed = new MissedSpans(Interval.FiveMinutes);
        missed.Add(Sber, Range(1, 12));

        var first = Assert.Single(missed.Due(At(11.5), Guid.NewGuid));
        Assert.Equal(Range(0, 10), new TimeRange(first.From, first.To));
        Assert.Empty(missed.Due(At(15.5), Guid.NewGuid));
        var second = Assert.Single(missed.Due(At(16), Guid.NewGuid));
        Assert.Equal(Range(10, 15), new TimeRange(second.From, second.To));
        Assert.Equal(0, missed.Waiting);
    }

    [Fact]
    public void An_instrument_that_is_no_longer_followed_is_not_asked_for()
    {
        var missed = new MissedSpans(Interval.OneMinute);
        missed.Add(Sber, Range(0, 5));
        missed.Add(new Figi("OTHER"), Range(0, 5));

        missed.Forget(Sber);

        Assert.Equal("OTHER", Assert.Single(missed.Due(At(60), Guid.NewGuid)).Figi.Value);
    }

    [Fact]
    public void Past_the_limit_the_oldest_are_left_to_the_audit()
    {
        var missed = new MissedSpans(Interval.OneMinute);
        for (var i = 0; i <= MissedSpans.MaxWaiting; i++)
            missed.Add(Sber, Range(2 * i, (2 * i) + 1));

        Assert.Equal(MissedSpans.MaxWaiting, missed.Waiting);
        Assert.Equal(At(2), missed.Due(At(1_000_000), Guid.NewGuid)[0].From);
    }

    [Fact]
    public void Spans_that_touch_are_asked_as_one_and_a_doubted_candle_is_fetched_anew()
    {
        var missed = new MissedSpans(Interval.OneMinute);
        missed.Add(Sber, Range(3, 5));
        missed.Add(Sber, Range(5, 7));
        missed.Add(Sber, Range(2, 4));
        missed.Doubt(Sber, At(6));

        var tasks = missed.Due(At(60), Guid.NewGuid);

        Assert.Equal(
            [(HistoryReason.Request, Range(2, 7)), (HistoryReason.Audit, Range(6, 7))],
            tasks.Select(task => (task.Reason, new TimeRange(task.From, task.To))));
        Assert.Equal(0, missed.Waiting);
    }

    [Fact]
    public void The_exchanges_time_moves_on_from_the_newest_trade_only_while_the_stream_lives()
    {
        var clock = new ManualClock(At(100));
        var time = new ExchangeTime(clock);
        Assert.Null(time.Now);

        time.Seen(At(10));
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(At(12), time.Now);
        time.Seen(At(11));
        Assert.Equal(At(12), time.Now);
        time.Lost();
        Assert.Null(time.Now);
        time.Seen(At(13));
        Assert.Equal(At(13), time.Now);
    }
}
