using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Hosting;
using StockPipeline.Hosting.Status;
using StockPipeline.Hosting.Telemetry;
using StockPipeline.Simulator.Market;
using StockPipeline.Testing;
using StockPipeline.Workers;

namespace StockPipeline.DeployTests;

/// <summary>What containers follow: the exchange with a token, the simulator beside them without one.</summary>
public sealed class StandInTests
{
    [Theory]
    [InlineData("http://simulator:15051/", "http://simulator:15052/clock", "TOKEN=", "INVEST_API_HOST=")]
    [InlineData("https://invest-public-api.tbank.ru/", null, "TOKEN=t.secret", "INVEST_API_HOST=")]
    [InlineData("http://other:1/", null, "TOKEN=", "INVEST_API_HOST=http://other:1", "INVEST_API_PLAIN_HTTP=true")]
    [InlineData("http://simulator:15051/", "http://watch/now", "TOKEN=", "INVEST_API_HOST=", "MARKET_CLOCK=http://watch/now")]
    public void The_simulator_stands_in_where_neither_a_token_nor_another_host_is_named(string address, string? clock, params string[] settings)
    {
        var context = Context([.. settings, "SIMULATOR_HOST=simulator"]);

        var market = new MarketAccess(context);

        Assert.Empty(context.Settings.Problems);
        Assert.Equal((address, clock), (market.Options.Address.ToString(), market.ClockAddress?.ToString()));
    }

    [Fact]
    public void Without_token_host_and_simulator_the_token_is_asked_for()
    {
        var context = Context([]);

        _ = new MarketAccess(context);

        Assert.Contains("TOKEN is not set", Assert.Single(context.Settings.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void The_simulated_market_begins_on_a_trading_day_and_goes_on_while_nothing_runs()
    {
        // A Saturday, at night.
        var clock = new ManualClock(new DateTimeOffset(2026, 11, 21, 23, 30, 0, TimeSpan.Zero));
        using var folder = new TempFolder();
        var file = folder.File("market/anchor");

        var first = MarketAnchor.Now(file, speed: 2, clock);
        clock.Advance(TimeSpan.FromHours(3));
        var second = MarketAnchor.Now(file, speed: 2, clock);

        Assert.Equal(new DateTimeOffset(2026, 11, 20, 10, 0, 0, TimeSpan.Zero), first);
        Assert.Equal(first + TimeSpan.FromHours(6), second);
    }

    [Fact]
    public void A_file_that_tells_no_time_is_named()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("anchor"), "noon");

        var refused = Assert.Throws<InvalidOperationException>(() => MarketAnchor.Now(folder.File("anchor"), 1, TimeProvider.System));

        Assert.Contains(folder.File("anchor"), refused.Message, StringComparison.Ordinal);
    }

    private static ServiceContext Context(IEnumerable<string> settings) => new()
    {
        Name = "test", Settings = new Settings(settings.Select(one => one.Split('=', 2)).ToDictionary(one => one[0], one => one[1])),
        LoggerFactory = NullLoggerFactory.Instance, Clock = TimeProvider.System,
        Health = new Health("test", TimeProvider.System), Metrics = Metrics.Of("test", TimeProvider.System),
    };
}
