using StockPipeline.Calendar;
using StockPipeline.Candles;
using StockPipeline.Candles.Rollup;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Workers.Ledger;
using static StockPipeline.CandlesTests.Sample;

namespace StockPipeline.CandlesTests;

/// <summary>What is said of the candles rolled up from minutes, and what is held back.</summary>
public sealed class RolledSeriesTests
{
    private readonly RollupPartition partition = new(Interval.FiveMinutes);
    private readonly RollUpWishes wishes = new();
    private readonly MinuteRanges proven = new();
    private readonly ExchangeSchedule schedule = TradingCalendar.Empty.With(
    [
        new TradingDay
        {
            Date = DateOnly.FromDateTime(Morning.UtcDateTime), Exchange = "MOEX", Inferred = false,
            Sessions = [new TradingSession(SessionKind.Main, Morning, Morning.AddHours(10))],
        },
    ]).Of("MOEX");

    private RolledSeries Series => partition.Of(Sber);

    private MinuteProof Proof => new(schedule, proven);

    [Fact]
    public void A_candle_whose_first_minutes_are_not_known_is_said_neither_as_forming_nor_as_closed()
    {
        Hear(7, 8, 9, 10);
        Tick(10.5);

        Assert.DoesNotContain(wishes.Say, candle => candle.OpenTime == At(5));
        Assert.Contains(wishes.Say, candle => candle.OpenTime == At(10) && !candle.Final);
    }

    [Fact]
    public void It_is_said_once_history_has_brought_the_minutes_before()
    {
        Hear(7, 8, 9, 10);

        HearOfHistory(5);
        Assert.DoesNotContain(wishes.Say, candle => candle.OpenTime == At(5));
        HearOfHistory(6);

        var whole = Assert.Single(wishes.Say, candle => candle.OpenTime == At(5));
        Assert.True(whole.Final);
        Assert.Equal(5, whole.Volume);
    }

    [Fact]
    public void Or_once_the_ledger_proves_that_there_were_none()
    {
        Hear(7, 8, 9, 10);
        proven.Add(Minutes.Of(At(5)), Minutes.Of(At(7)));

        Tick(10.5);

        Assert.Equal(3, Assert.Single(wishes.Say, candle => candle.OpenTime == At(5)).Volume);
    }

    [Fact]
    public void Minutes_that_history_brings_one_by_one_never_make_half_a_closed_candle()
    {
        Hear(17);
        foreach (var minute in Enumerable.Range(0, 17))
            HearOfHistory(minute);
        Hear(18, 19, 20);

        Assert.All(wishes.Say.Where(candle => candle.Final), candle => Assert.Equal(5, candle.Volume));
        Assert.Equal([15], wishes.Say.Where(candle => candle.Final).Select(candle => (candle.OpenTime - Morning).TotalMinutes));
    }

    [Fact]
    public void What_history_has_closed_is_not_put_over_by_what_minutes_at_hand_add_up_to_but_asked_anew()
    {
        foreach (var minute in Enumerable.Range(0, 6))
            Read(minute);
        Series.Book.Known(Candle(0, 50, volume: 5, final: true) with { Source = CandleSource.History });

        Series.Begin(Proof, At(6), wishes);

        Assert.DoesNotContain(wishes.Say, candle => candle.OpenTime == At(0));
        Assert.Equal([(new CandleKey(Sber, At(0)), HistoryReason.Audit)], wishes.Ask);
    }

    [Fact]
    public void A_correction_of_the_stream_corrects_what_history_has_closed()
    {
        Hear(0, 1, 2, 3, 4, 5);
        Series.Book.Known(Assert.Single(wishes.Say, candle => candle.Final) with { Source = CandleSource.History });
        wishes.Say.Clear();

        Series.Take(Candle(3, 200), Proof, At(6), wishes);

        var corrected = Assert.Single(wishes.Say);
        Assert.True(corrected.Final);
        Assert.Equal((1, Price.FromDecimal(201)), (corrected.Revision, corrected.High));
    }

    [Fact]
    public void A_stream_that_was_away_while_a_candle_ended_does_not_close_it()
    {
        Hear(0, 1, 2);
        wishes.Say.Clear();

        Hear(41);
        Tick(42);
        Assert.DoesNotContain(wishes.Say, candle => candle.Final);
        Assert.DoesNotContain(wishes.Say, candle => candle.OpenTime == At(40));

        proven.Add(Minutes.Of(At(3)), Minutes.Of(At(41)));
        Tick(42);
        Assert.Equal(3, Assert.Single(wishes.Say, candle => candle.OpenTime == At(0) && candle.Final).Volume);
        Assert.False(Assert.Single(wishes.Say, candle => candle.OpenTime == At(40)).Final);
    }

    [Fact]
    public void Another_share_of_the_partition_that_comes_back_does_not_close_it_either()
    {
        Hear(0, 1, 2);
        partition.Heard(Candle(41, 1) with { Figi = new("OTHER") });

        Tick(42);

        Assert.DoesNotContain(wishes.Say, candle => candle.Final);
    }

    [Fact]
    public void A_share_that_trades_now_and_then_is_said_at_once_while_the_stream_lives()
    {
        Hear(3, 7, 11);

        Assert.Contains(wishes.Say, candle => candle.OpenTime == At(5) && candle.Final);
        Assert.Contains(wishes.Say, candle => candle.OpenTime == At(10) && !candle.Final);
    }

    [Fact]
    public void A_minute_that_is_withdrawn_leaves_its_candle_and_the_last_one_leaves_it_to_history()
    {
        Hear(5, 6);
        wishes.Say.Clear();

        Series.Remove(new CandleKey(Sber, At(6)), Proof, At(8), wishes);
        Assert.Equal(1, Assert.Single(wishes.Say).Volume);
        Series.Remove(new CandleKey(Sber, At(5)), Proof, At(9), wishes);

        Assert.Equal([(new CandleKey(Sber, At(5)), HistoryReason.Audit)], wishes.Ask);
        Assert.Null(Series.Book.Forming);
    }

    [Fact]
    public void Where_nobody_knows_the_schedule_an_earlier_minute_proves_the_beginning()
    {
        foreach (var minute in new[] { 2, 6, 7 })
            Series.Take(Candle(minute, 10), new MinuteProof(null, proven), At(minute), wishes);

        Assert.DoesNotContain(wishes.Say, candle => candle.OpenTime == At(0));
        Assert.Contains(wishes.Say, candle => candle.OpenTime == At(5));
    }

    [Theory]
    [InlineData("1-min", 2, true)]
    [InlineData("5-min", 2, false)]
    [InlineData("5-min", 3, true)]
    [InlineData("15-min", 4, true)]
    [InlineData("30-min", 4, false)]
    [InlineData("1-day", 32, true)]
    public void Few_streams_go_to_the_shortest_intervals_whoever_starts_first(string interval, int limit, bool allowed) =>
        Assert.Equal(allowed, StreamShares.Allows(Interval.Parse(interval), 1, limit, open: 0));

    private void Hear(params int[] minutes)
    {
        foreach (var minute in minutes)
        {
            partition.Heard(Candle(minute, 100));
            Series.Take(Candle(minute, 100), Proof, At(minute + 0.6), wishes);
        }
    }

    private void HearOfHistory(int minute)
    {
        var candle = Candle(minute, 100, final: true) with { Source = CandleSource.History };
        partition.Heard(candle);
        Series.Take(candle, Proof, At(30), wishes);
    }

    private void Read(int minute)
    {
        partition.Heard(Candle(minute, 100));
        Series.Read(Candle(minute, 100));
    }

    private void Tick(double now) => Series.Tick(() => Proof, At(now), partition.ExchangeNow, wishes);
}
