using StockPipeline.Candles.Forming;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using static StockPipeline.CandlesTests.Sample;

namespace StockPipeline.CandlesTests;

public sealed class CandleBookTests
{
    private readonly CandleBook book = new(Interval.OneMinute);
    private readonly List<Candle> say = [];

    [Fact]
    public void A_forming_candle_is_said_at_once_and_then_at_most_every_100_ms_with_its_newest_state()
    {
        book.Take(Candle(0, 10), At(0.1), say);
        book.Take(Candle(0, 11), At(0.1).AddMilliseconds(40), say);
        book.Take(Candle(0, 12), At(0.1).AddMilliseconds(99), say);
        book.Tick(At(0.1).AddMilliseconds(99), null, say);
        book.Tick(At(0.1).AddMilliseconds(100), null, say);
        book.Tick(At(0.1).AddMilliseconds(900), null, say);

        Assert.Equal([10m, 12m], say.Select(candle => candle.Close.ToDecimal()));
        Assert.All(say, candle => Assert.False(candle.Final));
    }

    [Fact]
    public void A_successor_proves_a_candle_closed()
    {
        book.Take(Candle(0, 10), At(0.5), say);
        book.Take(Candle(1, 20), At(1), say);

        Assert.Equal([(10m, false), (10m, true), (20m, false)], say.Select(candle => (candle.Close.ToDecimal(), candle.Final)));
        Assert.Equal(At(0), book.NewestFinal);
    }

    [Fact]
    public void The_exchanges_time_proves_it_too_after_the_grace_and_the_local_clock_alone_never()
    {
        book.Take(Candle(0, 10), At(0.5), say);
        say.Clear();

        book.Tick(At(600), null, say);
        book.Tick(At(600), At(1) + CandleBook.Grace - TimeSpan.FromMilliseconds(1), say);
        Assert.Empty(say);

        book.Tick(At(600), At(1) + CandleBook.Grace, say);
        Assert.True(Assert.Single(say).Final);
    }

    [Fact]
    public void A_late_correction_raises_the_revision_and_a_repetition_says_nothing()
    {
        book.Take(Candle(0, 10), At(0.5), say);
        book.Take(Candle(1, 20), At(1), say);
        say.Clear();

        Assert.True(book.Take(Candle(0, 10), At(1.1), say));
        Assert.Empty(say);
        Assert.True(book.Take(Candle(0, 11), At(1.1), say));
        Assert.True(book.Take(Candle(0, 12), At(1.2), say));

        Assert.Equal([(11m, 1), (12m, 2)], say.Select(candle => (candle.Close.ToDecimal(), candle.Revision)));
        Assert.All(say, candle => Assert.True(candle.Final));
    }

    [Fact]
    public void What_the_topic_holds_as_final_is_not_said_as_forming_again()
    {
        book.Known(Candle(5, 10, final: true));

        Assert.True(book.Take(Candle(5, 10), At(5.5), say));
        Assert.Empty(say);
        Assert.True(book.Take(Candle(5, 11), At(5.6), say));

        var corrected = Assert.Single(say);
        Assert.True(corrected.Final);
        Assert.Equal(1, corrected.Revision);
    }

    [Fact]
    public void A_candle_closed_by_history_meanwhile_is_no_longer_forming()
    {
        book.Take(Candle(0, 10), At(0.5), say);
        book.Known(Candle(0, 99, final: true));
        say.Clear();

        book.Tick(At(9), At(9), say);

        Assert.Empty(say);
    }

    [Fact]
    public void One_older_than_anything_remembered_is_left_to_history()
    {
        for (var i = 0; i <= CandleBook.Remembered + 1; i++)
            book.Take(Candle(i, i), At(i), say);
        say.Clear();

        Assert.False(book.Take(Candle(0, 77), At(30), say));
        Assert.True(book.Take(Candle(1, 77), At(30), say));

        Assert.Single(say);
    }
}
