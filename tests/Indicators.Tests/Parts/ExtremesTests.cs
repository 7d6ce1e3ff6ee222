using CsCheck;
using StockPipeline.Indicators.Parts;

namespace StockPipeline.IndicatorsTests.Parts;

/// <summary>What is found four values at a time is what is found one by one, whatever the length of the window.</summary>
public sealed class ExtremesTests
{
    /// <summary>Few different ones, so that many are equal.</summary>
    private static readonly Gen<double[]> Windows = Gen.OneOf(Gen.Int[-3, 3].Select(value => (double)value), Gen.Double[-1e9, 1e9]).Array[1, 200];

    [Fact]
    public void The_highest_and_the_lowest_are_those_of_every_window() => Windows.Sample(window =>
    {
        Assert.Equal(window.Max(), Extremes.Highest(window));
        Assert.Equal(window.Min(), Extremes.Lowest(window));
    });

    [Fact]
    public void Of_equals_the_newest_is_found() => Windows.Sample(window =>
    {
        var wanted = window[window.Length / 2];

        Assert.Equal(Array.LastIndexOf(window, wanted), Extremes.NewestOf(window, wanted));
        Assert.Equal(Array.LastIndexOf(window, window.Max()), Extremes.NewestOf(window, Extremes.Highest(window)));
        Assert.Equal(-1, Extremes.NewestOf(window, double.MaxValue));
    });

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1_000)]
    public void A_window_of_equal_values_ends_with_its_newest(int length)
    {
        var window = Enumerable.Repeat(7.0, length).ToArray();

        Assert.Equal((7, 7, length - 1), (Extremes.Highest(window), Extremes.Lowest(window), Extremes.NewestOf(window, 7)));
    }
}
