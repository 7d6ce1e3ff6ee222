using StockPipeline.Contracts.Records;
using StockPipeline.Indicators.Macd;

namespace StockPipeline.IndicatorsTests.Macd;

public sealed class MacdReferenceTests
{
    private static readonly MacdFactors Factors = new(MacdParameters.Default);

    [Fact]
    public void A_straight_line_gives_the_distance_of_the_windows_and_no_histogram()
    {
        var closes = Enumerable.Range(1, 100).Select(i => (double)i).ToArray();

        var points = MacdBatch.Calculate(closes, Factors);

        Assert.Equal(100 - 33, points.Length);
        Assert.All(points, point =>
        {
            Assert.Equal(7, point.Main, 1e-9);
            Assert.Equal(7, point.Signal, 1e-9);
            Assert.Equal(0, point.Histogram, 1e-9);
        });
    }

    [Theory]
    [InlineData(33, -0.397575235651, -1.677686107412, 1.280110871761)]
    [InlineData(99, 1.522155143319, 0.575948270663, 0.946206872656)]
    public void A_wave_on_a_slope_gives_what_TA_Lib_gives(int index, double main, double signal, double histogram)
    {
        var closes = Enumerable.Range(0, 100).Select(i => 100 + (5 * Math.Sin(i / 5.0)) + (0.1 * i)).ToArray();

        var point = MacdBatch.Calculate(closes, Factors)[index - Factors.FirstValue];

        Assert.Equal(main, point.Main, 1e-11);
        Assert.Equal(signal, point.Signal, 1e-11);
        Assert.Equal(histogram, point.Histogram, 1e-11);
    }

    [Fact]
    public void No_value_comes_before_the_averages_and_the_signal_are_seeded()
    {
        Assert.Equal(33, Factors.FirstValue);
        Assert.Empty(MacdBatch.Calculate(new double[33], Factors));
        Assert.Single(MacdBatch.Calculate(new double[34], Factors));
    }

    [Theory]
    [InlineData(1, 26, 9)]
    [InlineData(12, 12, 9)]
    [InlineData(26, 12, 9)]
    [InlineData(12, 26, 0)]
    [InlineData(12, MacdFactors.MaxPeriod + 1, 9)]
    [InlineData(12, 26, MacdFactors.MaxPeriod + 1)]
    public void Periods_that_make_no_MACD_are_refused_by_name(int fast, int slow, int signal)
    {
        var refusal = Assert.Throws<ArgumentException>(() => new MacdFactors(new MacdParameters(fast, slow, signal)));

        Assert.Contains($"MACD({fast}, {slow}, {signal})", refusal.Message, StringComparison.Ordinal);
    }
}
