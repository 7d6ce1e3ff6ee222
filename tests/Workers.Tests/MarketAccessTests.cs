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
        var context = Sample.Context(TimeProvider.System, [.. settings, "SIMULATOR_HOST=simulator"]);

        var market = new MarketAccess(context);

        Assert.Empty(context.Settings.Problems);
        Assert.Equal((address, clock), (market.Options.Address.ToString(), market.ClockAddress?.ToString()));
    }

    [Fact]
    public void Without_token_host_and_simulator_the_token_is_asked_for()
    {
        var context = Sample.Context(TimeProvider.System);

        _ = new MarketAccess(context);

        Assert.Contains("TOKEN is not set", Assert.Single(context.Settings.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_is_simulated_the_market_follows_the_machines_clock()
    {
        var context = Sample.Context(TimeProvider.System, "TOKEN=t.secret");

        Assert.Same(context.Clock, await new MarketAccess(context).ClockAsync(CancellationToken.None));
    }
}
