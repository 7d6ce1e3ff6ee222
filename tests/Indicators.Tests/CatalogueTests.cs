using System.Text.RegularExpressions;
using StockPipeline.Indicators.Catalogue;

namespace StockPipeline.IndicatorsTests;

/// <summary>How people name indicators, and what topics are called after them.</summary>
public sealed partial class CatalogueTests
{
    [Theory]
    [InlineData("rsi", "rsi", "14")]
    [InlineData("RSI (21)", "rsi-21", "21")]
    [InlineData("rsi(14)", "rsi", "14")]
    [InlineData("bollinger(20, 2.5)", "bollinger-20-2.5", "20,2.5")]
    [InlineData("bollinger(10)", "bollinger-10-2", "10,2")]
    [InlineData("obv()", "obv", "")]
    public void An_indicator_is_read_as_people_write_it(string text, string slug, string parameters)
    {
        var indicator = IndicatorCatalogue.Parse(text);

        Assert.Equal((slug, parameters), (indicator.Slug, indicator.Parameters));
        Assert.True(IndicatorCatalogue.TryParseSlug(slug, out var again));
        Assert.Equal(indicator, again);
    }

    [Fact]
    public void A_list_has_white_space_or_commas_between_its_indicators()
    {
        var list = IndicatorCatalogue.ParseList(" rsi rsi(21),bollinger(20, 2)\n vwap macd (5, 34, 7) ");

        Assert.Equal(["rsi", "rsi-21", "bollinger", "vwap", "macd-5-34-7"], list.Select(one => one.Slug));
    }

    [Theory]
    [InlineData("rzi", "'rzi' is not an indicator; there are ad adosc adx")]
    [InlineData("rsi(0)", "rsi: period is a whole number from 2 to 1000")]
    [InlineData("rsi(14.5)", "rsi: period is a whole number from 2 to 1000")]
    [InlineData("rsi(1001)", "rsi: period is a whole number from 2 to 1000")]
    [InlineData("rsi(14", "'rsi(14': the parameters end in ')'")]
    [InlineData("rsi(x)", "'rsi(x)': 'x' is not a number")]
    [InlineData("rsi(14,2)", "rsi has at most 1 parameters: period")]
    [InlineData("obv(1)", "obv has no parameters")]
    [InlineData("macd(26,12)", "macd: fast is less than slow")]
    [InlineData("sar(0.3,0.2)", "sar: step is at most max")]
    [InlineData("rsi rsi(14)", "rsi(14) is named twice")]
    public void What_is_wrong_with_an_indicator_is_said(string text, string expected)
    {
        var problem = Assert.Throws<FormatException>(() => IndicatorCatalogue.ParseList(text));

        Assert.StartsWith(expected, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rsi-14")]
    [InlineData("macd-values")]
    [InlineData("rsi-021")]
    [InlineData("")]
    public void A_slug_that_nothing_is_called_by_is_none(string slug) => Assert.False(IndicatorCatalogue.TryParseSlug(slug, out _));

    [Fact]
    public void Every_indicator_says_what_it_is_and_can_be_made()
    {
        Assert.Equal(31, IndicatorCatalogue.All.Count);
        Assert.Equal(31, IndicatorCatalogue.All.Select(kind => kind.Description.Name).Distinct().Count());
        Assert.All(IndicatorCatalogue.All, kind =>
        {
            var (about, indicator) = (kind.Description, kind.With());
            Assert.Matches(Name(), about.Name);
            Assert.All(about.Lines, line => Assert.Matches(Name(), line.Name));
            Assert.Equal(about.Lines.Count, about.Lines.Select(line => line.Name).Distinct().Count());
            Assert.InRange(about.About.Length, 20, 110);
            Assert.True(indicator.Reach.First >= 0 && indicator.Reach.Seeded >= indicator.Reach.First && indicator.Reach.Window >= 1);
            Assert.Equal(about, indicator.Series().Description);
        });
    }

    [GeneratedRegex("^[a-z][a-z_]*$")]
    private static partial Regex Name();
}
