using StockPipeline.Candles.Forming;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Time;
using static StockPipeline.CandlesTests.Sample;

namespace StockPipeline.CandlesTests;

public sealed class LastWordsTests
{
    private readonly LastWords words = new();

    [Fact]
    public void A_candle_said_as_forming_after_history_had_closed_it_is_found_once()
    {
        words.Read(Candle(0, 10));
        words.Read(Candle(0, 11, final: true));
        Assert.Empty(words.TakeReopened());

        words.Read(Candle(0, 10));

        Assert.Equal([new CandleKey(Sber, At(0))], words.TakeReopened());
        Assert.Empty(words.TakeReopened());
    }

    [Fact]
    public void One_that_was_closed_again_meanwhile_needs_nothing()
    {
        words.Read(Candle(0, 11, final: true));
        words.Read(Candle(0, 10));
        words.Read(Candle(0, 11, final: true));

        Assert.Empty(words.TakeReopened());
    }

    [Fact]
    public void One_whose_closing_compaction_has_taken_away_is_found_by_its_successor()
    {
        words.Read(Candle(1, 20, final: true));
        words.Read(Candle(0, 10));

        Assert.Equal([new CandleKey(Sber, At(0))], words.TakeReopened());
    }

    [Fact]
    public void A_candle_that_forms_behind_the_newest_closed_one_is_as_it_should_be()
    {
        words.Read(Candle(0, 10));
        words.Read(Candle(0, 11, final: true));
        words.Read(Candle(1, 20));

        Assert.Empty(words.TakeReopened());
    }

    [Fact]
    public void What_is_remembered_is_said_again_as_it_was_closed_and_history_is_left_the_rest()
    {
        var book = new CandleBook(Interval.OneMinute);
        book.Known(Candle(5, 11, final: true));
        var say = new List<StockPipeline.Contracts.Records.Candle>();

        Assert.True(book.Restate(At(5), say));
        Assert.False(book.Restate(At(4), say));

        Assert.Equal([Candle(5, 11, final: true)], say);
    }
}
