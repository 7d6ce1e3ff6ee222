using StockPipeline.Simulator.Market;
using StockPipeline.Testing;

namespace StockPipeline.DeployTests;

/// <summary>The simulator that stands beside containers which have no token.</summary>
public sealed class StandInTests
{
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
}
