using StockPipeline.Hosting.Options;
using StockPipeline.Workers;

namespace StockPipeline.WorkersTests;

public sealed class MarketAccessTests
{
    [Theory]
    [InlineData("http://simulator:15051/", "http://simulator:15052/clock", "TOKEN=", "INVEST_API_HOST=")]
    [InlineData("https://invest-public-api.tbank.ru/", null, "TOKEN=t.secret", "INVEST_API_HOST=")]
    [InlineData("http://other:1/", null, "TOKEN=", "INVEST_API_HOST=http://other:1", "INVEST_API_PLAIN_HTTP=true")]
    [InlineData("http://simulator:15051/", "http://watch/now", "TOKEN=", "INVEST_API_HOST=", "MARKET_CLOCK=http://watch/now")]
    public void The_simulator_stands_in_where_neither_a_token_nor_another_host_is_named(string address, string? clock, params string[] settings)
    {
        var options = OptionsReader.Read<MarketOptions>(Sample.Configuration([.. settings, "SIMULATOR_HOST=simulator"]));

        Assert.Equal((address, clock), (options.ToApiOptions(TimeProvider.System).Address.ToString(), options.ClockAddress?.ToString()));
    }

    [Fact]
    public void Without_token_host_and_simulator_the_token_is_asked_for()
    {
        var wrong = Assert.Throws<FormatException>(() => OptionsReader.Read<MarketOptions>(Sample.Configuration()));

        Assert.StartsWith("TOKEN is not set; allowed: a token of the T-Invest API", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_that_is_none_is_named_with_what_is_wrong()
    {
        var wrong = Assert.Throws<FormatException>(() => OptionsReader.Read<MarketOptions>(Sample.Configuration("INVEST_API_HOST=http://plain:1")));

        Assert.StartsWith("INVEST_API_HOST is 'http://plain:1'; allowed: ", wrong.Message, StringComparison.Ordinal);
    }
}
