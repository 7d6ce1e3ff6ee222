using StockPipeline.Rates.Limits;
using StockPipeline.Rates.Sources;

namespace StockPipeline.RatesTests;

public sealed class LimitsTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void No_minute_ever_holds_more_than_the_budget_and_one_past_it_waits()
    {
        var budget = new RequestBudget(10);
        Assert.Equal(TimeSpan.Zero, budget.Take(6, Start));
        Assert.Equal(TimeSpan.Zero, budget.Take(4, Start.AddSeconds(10)));

        Assert.Equal(TimeSpan.FromSeconds(40), budget.Take(1, Start.AddSeconds(20)));
        Assert.Equal(TimeSpan.Zero, budget.Take(6, Start.AddSeconds(60)));
        Assert.Equal(TimeSpan.FromSeconds(9), budget.Take(1, Start.AddSeconds(61)));
    }

    [Fact]
    public void A_request_heavier_than_the_budget_goes_alone()
    {
        var budget = new RequestBudget(10);

        Assert.Equal(TimeSpan.Zero, budget.Take(40, Start));
        Assert.Equal(TimeSpan.FromMinutes(1), budget.Take(40, Start));
    }

    [Fact]
    public void A_host_is_left_alone_for_as_long_as_it_says_and_else_longer_each_time()
    {
        var patience = new HostPatience(TimeSpan.FromSeconds(60));
        var unnamed = new Refusal(RefusalKind.TooMany, null, "");

        Assert.Equal(TimeSpan.FromSeconds(120), patience.Refused(new Refusal(RefusalKind.TooMany, TimeSpan.FromSeconds(119), "")));
        Assert.Equal(TimeSpan.FromSeconds(120), patience.Refused(unnamed));
        Assert.Equal(TimeSpan.FromSeconds(240), patience.Refused(unnamed));
        for (var i = 0; i < 100; i++)
            Assert.True(patience.Refused(unnamed) <= HostPatience.LongestOwnPause);
        patience.Succeeded();
        Assert.Equal(TimeSpan.FromSeconds(60), patience.Refused(unnamed));
        Assert.True(patience.Refused(new Refusal(RefusalKind.Banned, TimeSpan.FromDays(900), "")) < TimeSpan.FromDays(4));
    }
}
