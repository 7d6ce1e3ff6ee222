using System.Text;
using StockPipeline.Candles.Forming;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.CandlesTests;

/// <summary>What an ingester knows of its own topic before and while it says something.</summary>
public sealed class KnownCandlesTests
{
    private readonly KnownCandles known = new(Interval.OneMinute);
    private readonly List<Candle> say = [];
    private readonly List<CandleKey> restated = [];

    public KnownCandlesTests() => known.OnAssigned(0);

    [Fact]
    public void What_was_said_before_the_start_is_not_said_again()
    {
        Read(Sample.Candle(0, 100, final: true), Sample.Candle(1, 101, final: true));
        known.OnAllCaughtUp();

        var taken = known.BookOf(Sample.Sber).Take(Sample.Candle(1, 101), Sample.At(2), say);

        Assert.True(known.Complete.IsCompletedSuccessfully);
        Assert.True(taken);
        Assert.Empty(say);
        Assert.Equal(Sample.At(1), known.BookOf(Sample.Sber).NewestFinal);
    }

    [Fact]
    public void A_candle_that_differs_from_what_was_said_is_a_correction_of_it()
    {
        Read(Sample.Candle(0, 100, final: true), Sample.Candle(1, 101, final: true));
        known.OnAllCaughtUp();

        known.BookOf(Sample.Sber).Take(Sample.Candle(1, 102), Sample.At(2), say);

        Assert.Equal((true, 1), (Assert.Single(say).Final, say[0].Revision));
    }

    [Fact]
    public void What_history_says_later_reaches_the_books_only_when_the_ingester_takes_it_in()
    {
        known.OnAllCaughtUp();
        Read(Sample.Candle(3, 103, final: true));
        Assert.Null(known.BookOf(Sample.Sber).NewestFinal);

        known.CatchUp(restated.Add);

        Assert.Equal(Sample.At(3), known.BookOf(Sample.Sber).NewestFinal);
        Assert.Empty(restated);
    }

    [Fact]
    public void Forming_candles_and_tombstones_make_nothing_final()
    {
        Read(Sample.Candle(0, 100), null);
        known.OnAllCaughtUp();
        Read(Sample.Candle(1, 101), null);
        known.CatchUp(restated.Add);

        Assert.Null(known.BookOf(Sample.Sber).NewestFinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_closed_candle_that_the_topic_has_as_forming_after_all_is_handed_back_to_be_said_again(bool beforeTheStart)
    {
        if (!beforeTheStart)
            known.OnAllCaughtUp();
        Read(Sample.Candle(0, 100, final: true), Sample.Candle(0, 99));
        if (beforeTheStart)
            known.OnAllCaughtUp();

        known.CatchUp(restated.Add);

        Assert.Equal([new CandleKey(Sample.Sber, Sample.At(0))], restated);
    }

    private void Read(params Candle?[] candles)
    {
        known.Take(0, [.. candles.Select((candle, offset) => new TableRecord<Candle>(
            Encoding.UTF8.GetBytes(candle is null ? $"{Sample.Sber}/2026-11-20T07:00:00Z" : new CandleKey(candle.Figi, candle.OpenTime).ToString()),
            candle, offset, timestampMs: 0))]);
        Done(known.OnDeliveredAsync(0, CancellationToken.None));
    }

    private static void Done(ValueTask delivered) => Assert.True(delivered.IsCompletedSuccessfully);
}
