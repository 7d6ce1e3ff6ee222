using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;

namespace StockPipeline.IndicatorsTests;

/// <summary>What a series says, and what it does not.</summary>
public sealed class IndicatorSeriesTests
{
    private static readonly Indicator Macd = IndicatorCatalogue.Parse("macd");

    [Fact]
    public void A_repair_says_only_what_it_changes_and_stops_where_the_values_agree_again()
    {
        var closes = Walk(2_000);
        var watched = Started(closes);

        Assert.Equal(CandleEffect.Corrected, watched.Set(100, closes[100] + 0.25));
        watched.Calculate();

        Assert.Equal(100, watched.Said[0].OpenTime);
        Assert.InRange(watched.Said.Count, 100, 600);
    }

    [Fact]
    public void The_forming_candle_gives_provisional_values_and_leaves_the_ones_before_alone()
    {
        var closes = Walk(60);
        var watched = Started(closes[..59]);

        Assert.Equal(CandleEffect.Appended, watched.Set(59, 1, final: false));
        watched.Calculate();
        Assert.Equal(CandleEffect.Formed, watched.Set(59, 2, final: false));
        watched.Calculate();
        Assert.Equal(CandleEffect.Formed, watched.Set(59, closes[59]));
        watched.Calculate();

        Assert.Equal([false, false, true], watched.Said.Select(value => value.Final));
        Assert.All(watched.Said, value => Assert.Equal((59, false), (value.OpenTime, value.WasFinal)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_candle_that_changes_and_changes_back_between_two_calculations_says_nothing(bool final)
    {
        var closes = Walk(60);
        var watched = Started(closes[..59]);
        watched.Set(59, closes[59], final);
        watched.Calculate();
        watched.Said.Clear();

        watched.Set(59, 7, final);
        watched.Set(59, closes[59], final);
        watched.Calculate();
        Assert.Empty(watched.Said);

        watched.Set(59, 8, final);
        watched.Set(59, 9, final);
        watched.Calculate();
        Assert.Equal(9, Assert.Single(watched.Said).Close.ToDouble());
    }

    [Fact]
    public void A_candle_that_closes_as_it_stood_says_its_value_once_more_as_final()
    {
        var closes = Walk(61);
        var watched = Started(closes[..59]);
        watched.Set(59, closes[59], final: false);
        watched.Calculate();
        watched.Set(60, closes[60], final: false);
        watched.Calculate();
        watched.Said.Clear();

        watched.Set(59, closes[59], final: true);
        watched.Calculate();

        var value = Assert.Single(watched.Said);
        Assert.Equal((59, true, false), (value.OpenTime, value.Final, value.WasFinal));
    }

    [Fact]
    public void Taking_a_candle_out_takes_its_value_back()
    {
        var watched = Started(Walk(120));

        Assert.True(watched.Remove(70));
        Assert.False(watched.Remove(70));
        watched.Calculate();

        Assert.True(watched.Said[0] is { OpenTime: 70, IsWithdrawn: true, WasFinal: true });
        Assert.DoesNotContain(70L, watched.Topic.Keys);
        Assert.Equal(49, watched.Said.Count(value => !value.IsWithdrawn));
    }

    [Fact]
    public void Values_that_lose_the_candles_before_them_are_taken_back()
    {
        var watched = Started(Walk(34));

        watched.Remove(0);
        watched.Calculate();

        Assert.True(Assert.Single(watched.Said) is { OpenTime: 33, IsWithdrawn: true });
        Assert.Empty(watched.Topic);
    }

    [Fact]
    public void What_an_indicator_does_not_look_at_changes_nothing()
    {
        var watched = new WatchedSeries(IndicatorCatalogue.Parse("sma(2)"));
        watched.Live([new(0, default, 1, 2, 1, 5, true), new(1, default, 1, 2, 1, 5, true)]);
        watched.Said.Clear();

        Assert.Equal(CandleEffect.Unchanged, watched.Set(new CandleRow(1, default, 1, 3, 0, 6, true)));
        watched.Calculate();

        Assert.Empty(watched.Said);
    }

    [Fact]
    public void Room_that_reading_a_long_topic_took_is_given_back()
    {
        var candles = new CandleSeries(CandleFields.All, history: 500, runUp: 100);
        foreach (var (minute, close) in Walk(3_000).Index())
            candles.Set(CandleRow.Of(minute, StockPipeline.Contracts.Instruments.Price.FromDecimal((decimal)close), final: true));

        candles.Settle();

        Assert.Equal(600, candles.Count);
        Assert.InRange(candles.Columns.Room, 600, 600 + (2 * CandleSeries.TrimStep));
    }

    /// <summary>With a tolerance no step would be said, and the first value twice.</summary>
    [Fact]
    public void A_sum_that_moves_by_less_than_rounding_elsewhere_is_said_each_time()
    {
        var watched = new WatchedSeries(IndicatorCatalogue.Parse("ad"));
        double[] volumes = [1e14, 1e14 + 1, 1e14 + 2, 1e14];

        foreach (var volume in volumes)
        {
            watched.Live([new CandleRow(0, StockPipeline.Contracts.Instruments.Price.FromUnits(2, 0), 1, 2, 1, volume, Final: true)]);
            Assert.Equal(volume, watched.Topic[0].Lines[0]);
        }
    }

    [Fact]
    public void A_sum_moves_as_a_whole()
    {
        var watched = new WatchedSeries(IndicatorCatalogue.Parse("obv"));
        var series = watched.Indicator.Series();
        series.Start(watched.Candles);

        Assert.True(series.Move(1_000));
        Assert.False(Macd.Series().Move(1_000));
    }

    private static WatchedSeries Started(double[] closes)
    {
        var watched = new WatchedSeries(Macd);
        foreach (var (minute, close) in closes.Index())
            watched.Set(minute, close);
        watched.Calculate();
        watched.Said.Clear();
        return watched;
    }

    private static double[] Walk(int length)
    {
        var random = new Random(11);
        var price = 100.0;
        return [.. Enumerable.Range(0, length).Select(_ => price = Math.Round(price * (1 + ((random.NextDouble() - 0.5) / 100)), 2))];
    }
}
