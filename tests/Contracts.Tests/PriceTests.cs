using StockPipeline.Contracts.Instruments;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.ContractsTests;

public sealed class PriceTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(0, -10_000_000, "-0.01")]
    [InlineData(114, 250_000_000, "114.25")]
    [InlineData(-2, -1, "-2.000000001")]
    [InlineData(999_999_999, 999_999_999, "999999999.999999999")]
    public void Units_and_nano_are_kept_exactly(long units, int nano, string text)
    {
        var price = Price.FromUnits(units, nano);

        Assert.Equal(text, price.ToString());
        Assert.Equal((units, nano), (price.Units, price.Nano));
        Assert.Equal(price, Price.Parse(text));
    }

    [Theory]
    [InlineData(1, -1)]
    [InlineData(-1, 1)]
    [InlineData(0, 1_000_000_000)]
    public void Parts_of_different_sign_or_size_are_refused(long units, int nano)
    {
        Assert.Throws<FormatException>(() => Price.FromUnits(units, nano));
    }

    [Fact]
    public void One_past_the_largest_price_is_refused()
    {
        Assert.Equal(Price.MaxNanos, Price.FromNanos(Price.MaxNanos).Nanos);
        Assert.Throws<OverflowException>(() => Price.FromNanos(Price.MaxNanos + 1));
        Assert.Throws<OverflowException>(() => Price.FromUnits(Price.One, 0));
        Assert.Throws<OverflowException>(() => Price.FromUnits(long.MaxValue, 0));
    }

    [Fact]
    public void A_tenth_decimal_is_refused_and_never_rounded_away()
    {
        Assert.Throws<FormatException>(() => Price.FromDecimal(0.0000000001m));
    }

    [Fact]
    public void Any_price_comes_back_from_text_and_from_decimal()
    {
        var random = new Random(Seed.Next(output.WriteLine));
        for (var i = 0; i < 10_000; i++)
        {
            var price = Price.FromNanos(random.NextInt64(-Price.MaxNanos, Price.MaxNanos));
            Assert.Equal(price, Price.Parse(price.ToString()));
            Assert.Equal(price, Price.FromDecimal(price.ToDecimal()));
            Assert.Equal(price, Price.FromUnits(price.Units, price.Nano));
        }
    }
}
