using StockPipeline.Contracts.Rates;
using StockPipeline.Rates.Board;

namespace StockPipeline.RatesTests;

public sealed class RateBoardTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);

    private readonly RateBoard board = new();

    [Fact]
    public void A_dollar_is_reached_over_the_real_price_of_its_token_and_the_oldest_leg_is_the_age()
    {
        Put("bitcoin-usdt/binance", 67_000m, age: 1);
        Put("tether-usd/coingecko", 0.999m, age: 40, maxAge: 180);

        var course = Assert.Single(Courses("bitcoin-usd"));

        Assert.Equal((66_933m, "binance", false, Now.AddSeconds(-40)), (course.Value, course.Exchanger, course.PegAssumed, course.EventTime));
        Assert.Equal(["bitcoin-usdt", "tether-usd"], course.Path.Select(pair => pair.ToString()));
        Assert.Equal(["binance", "coingecko"], course.Sources);
    }

    [Fact]
    public void With_no_price_of_the_token_it_is_taken_for_a_dollar_and_that_is_said()
    {
        Put("bitcoin-usdt/binance", 67_000m, age: 1);

        var course = Assert.Single(Courses("bitcoin-usd"));

        Assert.True(course.PegAssumed);
        Assert.Equal(67_000m, course.Value);
    }

    [Fact]
    public void A_stale_price_of_the_token_is_not_used_while_something_fresh_leads_there()
    {
        Put("bitcoin-usdt/binance", 67_000m, age: 1);
        Put("tether-usd/coingecko", 0.9m, age: 400, maxAge: 180);

        Assert.True(Courses("bitcoin-usd")[0].PegAssumed);
        Assert.True(Courses("bitcoin-usd")[0].IsFresh(Now));
    }

    [Fact]
    public void The_inverse_swaps_bid_and_ask_and_the_two_multiply_to_one()
    {
        Put("bitcoin-usd/kraken", 67_012.3m, age: 1, bid: 67_012m, ask: 67_013m);

        var inverse = Assert.Single(Courses("usd-bitcoin"));

        Assert.Equal((1 / 67_013m, 1 / 67_012m), (inverse.Bid, inverse.Ask));
        Assert.Equal(1m, Math.Round(inverse.Value * 67_012.3m, 20));
    }

    [Fact]
    public void Direct_comes_before_inverse_before_cross_and_fresh_before_all()
    {
        Put("ethereum-btc/kraken", 0.0502m, age: 1);
        Put("bitcoin-eth/other", 20m, age: 1);
        Put("ethereum-usdt/binance", 3_350m, age: 1);
        Put("bitcoin-usdt/binance", 67_000m, age: 1);

        Assert.Equal(["kraken", "other", "binance"], Courses("ethereum-btc").Select(course => course.Exchanger));
        Assert.Equal(0.05m, RateText.Significant(Courses("ethereum-btc")[2].Value));

        Put("ethereum-btc/kraken", 0.0502m, age: 100);
        Assert.Equal(["other", "binance", "kraken"], Courses("ethereum-btc").Select(course => course.Exchanger));
    }

    [Fact]
    public void Among_equals_the_row_prefers_and_then_the_youngest_is_first()
    {
        Put("bitcoin-usd/kraken", 1m, age: 9);
        Put("bitcoin-usd/coinbase", 2m, age: 5);
        Put("bitcoin-usd/coingecko", 3m, age: 20, priority: 1);

        Assert.Equal(["coingecko", "coinbase", "kraken"], Courses("bitcoin-usd").Select(course => course.Exchanger));
    }

    [Theory]
    [InlineData("bitcoin-bitcoin")]
    [InlineData("usdt-tether")]
    [InlineData("dogecoin-usd")]
    public void Where_no_way_leads_there_is_no_price_and_never_a_one(string pair)
    {
        Put("bitcoin-usd/kraken", 67_000m, age: 1);

        Assert.Empty(Courses(pair.Replace("usdt-tether", "tether-usdt", StringComparison.Ordinal)));
    }

    [Fact]
    public void Extreme_prices_give_no_overflow()
    {
        Put("huge-usd/a", RateDecimal.Limit - 1, age: 1);
        Put("usd-tiny/a", RateDecimal.Limit - 1, age: 1);
        Put("small-usd/a", 0.000000000000000001m, age: 1);

        Assert.Empty(Courses("huge-tiny"));
        Assert.NotEmpty(Courses("usd-small"));
    }

    [Fact]
    public void What_is_removed_prices_nothing_any_more()
    {
        Put("bitcoin-usd/kraken", 67_000m, age: 1);

        board.Remove(RateKey.Parse("bitcoin-usd/kraken"));

        Assert.Empty(Courses("bitcoin-usd"));
        Assert.Empty(board.Rates);
    }

    [Theory]
    [InlineData("0.0000149226435", 12, "0.0000149226435")]
    [InlineData("66933.12345678912345", 12, "66933.1234568")]
    [InlineData("123456789012345.6", 12, "123456789012345.6")]
    [InlineData("0.000000000000000001234567890123456789", 12, "0.0000000000000000012345678901")]
    public void Derived_prices_are_written_with_the_digits_that_count(string value, int digits, string text) =>
        Assert.Equal(text, RateText.Write(RateText.Significant(decimal.Parse(value, System.Globalization.CultureInfo.InvariantCulture), digits)));

    private IReadOnlyList<Course> Courses(string pair) => board.Courses(RatePair.Parse(pair), Now);

    private void Put(string key, decimal price, double age, double maxAge = 60, decimal? bid = null, decimal? ask = null, int priority = 100)
    {
        var (parsed, at) = (RateKey.Parse(key), Now.AddSeconds(-age));
        board.Put(new Rate
        {
            Pair = parsed.Pair, Source = parsed.Source, Symbol = "X", Price = price, Bid = bid, Ask = ask, Kind = RateKind.Trade, EventTime = at,
            ReceivedTime = at, ProvenTime = Now, MaxAge = TimeSpan.FromSeconds(maxAge), Priority = priority,
            MinuteOpen = price, MinuteHigh = price, MinuteLow = price, MinuteUpdates = 1,
        });
    }
}
