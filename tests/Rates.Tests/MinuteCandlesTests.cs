using StockPipeline.Contracts.Rates;
using StockPipeline.Rates.Intake;

namespace StockPipeline.RatesTests;

public sealed class MinuteCandlesTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);

    private readonly MinuteCandles candles = new();

    [Fact]
    public void The_successor_proves_a_minute_over()
    {
        candles.Take(10, Start.AddSeconds(5));
        candles.Take(12, Start.AddSeconds(50));
        candles.Take(11, Start.AddSeconds(61));

        var said = Drain();

        Assert.Equal([true, false], said.Select(one => one.Final));
        Assert.Equal((10m, 12m, 10m, 12m, 2), (said[0].Open, said[0].High, said[0].Low, said[0].Close, said[0].Updates));
    }

    [Fact]
    public void Without_a_successor_the_time_closes_it_after_a_grace()
    {
        candles.Take(10, Start);
        Drain();

        candles.Close(Start.AddSeconds(61.9));
        Assert.Empty(Drain());
        candles.Close(Start.AddSeconds(62));
        Assert.True(Assert.Single(Drain()).Final);
    }

    [Fact]
    public void A_late_price_corrects_the_minute_before_and_none_that_is_older()
    {
        candles.Take(10, Start);
        candles.Take(11, Start.AddMinutes(1));
        candles.Take(12, Start.AddMinutes(2));
        Drain();

        Assert.True(candles.Take(20, Start.AddSeconds(70)));
        Assert.False(candles.Take(30, Start.AddSeconds(30)));

        var corrected = Assert.Single(Drain());
        Assert.Equal(
            (Start.AddMinutes(1), 20m, 20m, true, 1),
            (corrected.OpenTime, corrected.High, corrected.Close, corrected.Final, corrected.Revision));
    }

    [Fact]
    public void A_price_that_came_out_of_order_within_its_minute_is_no_close()
    {
        candles.Take(10, Start.AddSeconds(30));
        candles.Take(8, Start.AddSeconds(20));

        Assert.Equal((10m, 8m), (candles.Open!.Close, candles.Open.Low));
    }

    [Theory]
    [InlineData("0.0000000001")]
    [InlineData("1000000000")]
    public void What_no_candle_holds_makes_none(string price)
    {
        var minute = MinuteCandle.Of(Start, decimal.Parse(price, null), Start);

        Assert.Null(minute.ToCandle(RateFigi.Of(RatePair.Parse("pepe-btc"), "binance")));
    }

    private List<MinuteCandle> Drain()
    {
        var said = new List<MinuteCandle>();
        candles.Drain(said);
        return said;
    }
}
