using System.Text;
using StockPipeline.Config.Tickers;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.ConfigTests;

public sealed class TickerListTests(ITestOutputHelper output)
{
    [Fact]
    public void Blank_lines_comments_spaces_line_ends_a_mark_and_lower_case_are_fine()
    {
        var list = Parse("\uFEFFsber\r\n\r\n  YDEX \t# the search engine\r# all of it\nGAZP@tqbr\n VTBR @ SPEQ \n");

        Assert.Equal(["SBER", "YDEX", "GAZP@TQBR", "VTBR@SPEQ"], list.Entries.Select(entry => entry.ToString()));
        Assert.Equal([1, 3, 5, 6], list.Entries.Select(entry => entry.Line));
        Assert.Empty(list.Problems);
    }

    [Theory]
    [InlineData("SBER YDEX")]
    [InlineData("SBER,YDEX")]
    [InlineData("@TQBR")]
    [InlineData("SBER@")]
    [InlineData("THISTICKERISFARTOOLONGTOBETRUE")]
    public void A_line_that_is_no_ticker_is_named_with_its_number_and_the_others_count(string line)
    {
        var list = Parse($"LKOH\n{line}\nROSN");

        Assert.Equal(["LKOH", "ROSN"], list.Entries.Select(entry => entry.Ticker));
        Assert.Contains("list.txt line 2", Assert.Single(list.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Any_bytes_make_a_list_or_problems_and_never_a_failure()
    {
        var random = new Random(Seed.Next(output.WriteLine));
        for (var i = 0; i < 500; i++)
        {
            var bytes = new byte[random.Next(300)];
            random.NextBytes(bytes);
            Assert.NotNull(TickerList.Parse("noise", bytes));
        }
    }

    private static TickerList Parse(string text) => TickerList.Parse("list.txt", Encoding.UTF8.GetBytes(text));
}
