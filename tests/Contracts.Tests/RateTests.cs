using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Rates;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.ContractsTests;

public sealed class RateTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("bitcoin-usd", "bitcoin", "usd")]
    [InlineData("shiba-inu-usdt", "shiba-inu", "usdt")]
    [InlineData("first-digital-usd-rub", "first-digital-usd", "rub")]
    public void A_pair_is_split_at_its_last_hyphen(string text, string baseAsset, string quote)
    {
        var pair = RatePair.Parse(text);

        Assert.Equal((baseAsset, quote, text), (pair.Base, pair.Quote, pair.ToString()));
        Assert.Equal(pair, new RatePair(baseAsset, quote));
    }

    [Theory]
    [InlineData("")]
    [InlineData("bitcoin")]
    [InlineData("-usd")]
    [InlineData("bitcoin-")]
    [InlineData("Bitcoin-usd")]
    [InlineData("bit/coin-usd")]
    [InlineData("bitcoin-seventeen_letters")]
    public void What_is_no_pair_is_not_taken_for_one(string text)
    {
        Assert.False(RatePair.TryParse(text, out _));
        Assert.Throws<FormatException>(() => RatePair.Parse(text));
    }

    [Fact]
    public void Keys_read_back_and_wrong_ones_say_so()
    {
        Assert.Equal("bitcoin-usd/binance", RateKey.Parse("bitcoin-usd/binance").ToString());
        Assert.All(
            ["bitcoin-usd", "bitcoin-usd/", "bitcoin-usd/a/b", "x/binance"], text => Assert.Throws<FormatException>(() => RateKey.Parse(text)));
    }

    [Fact]
    public void Decimals_keep_every_digit_they_are_stored_with()
    {
        var random = new Random(Seed.Next(output.WriteLine));
        for (var round = 0; round < 10_000; round++)
        {
            var value = new decimal(random.Next(), random.Next(), random.Next(), random.Next(2) == 1, (byte)random.Next(29));
            if (!RateDecimal.TryRound(value, out var rounded))
                continue;
            Assert.True(RateDecimal.TryFromUnscaled(RateDecimal.ToUnscaled(rounded), out var read));
            Assert.Equal(rounded, read);
        }
    }

    [Fact]
    public void A_price_beyond_what_is_stored_is_refused_on_both_sides()
    {
        Assert.False(RateDecimal.TryRound(RateDecimal.Limit, out _));
        Assert.True(RateDecimal.TryRound(RateDecimal.Limit - 1, out _));
        Assert.Throws<OverflowException>(() => RateDecimal.ToUnscaled(RateDecimal.Limit));
        Assert.False(RateDecimal.TryFromUnscaled(Int128.Parse("1" + new string('0', 38), null), out _));
        Assert.False(RateDecimal.TryRound(0.0000000000000000004m, out _));
    }

    [Fact]
    public void Candles_of_a_rate_stand_under_a_name_that_no_genuine_FIGI_has()
    {
        Assert.Equal("bitcoin-usdt.binance", RateFigi.Of(RatePair.Parse("bitcoin-usdt"), "binance").Value);
        var first = RateFigi.Of(RatePair.Parse("first-digital-usd-usdt"), "coinbase-advanced");
        var second = RateFigi.Of(RatePair.Parse("first-digital-usd-usdt"), "coinbase-advancee");
        Assert.NotEqual(first, second);
        Assert.Equal(Figi.MaxLength, first.Value.Length);
        Assert.True(RateFigi.IsOfRate(first));
        Assert.False(RateFigi.IsOfRate(new Figi("BBG004730N88")));
    }
}
