using StockPipeline.Candles.Forming;
using StockPipeline.Testing;

namespace StockPipeline.CandlesTests;

/// <summary>What the exchange's clock shows at least, by its trades: candles are closed by it.</summary>
public sealed class ExchangeTimeTests
{
    private readonly ManualClock clock = new(Sample.At(600));
    private readonly ExchangeTime exchange;

    public ExchangeTimeTests() => exchange = new ExchangeTime(clock);

    [Fact]
    public void Nothing_is_known_before_the_first_trade()
    {
        clock.Advance(TimeSpan.FromHours(1));

        Assert.Null(exchange.Now);
    }

    [Fact]
    public void Time_goes_on_from_the_newest_trade_whatever_the_machine_shows()
    {
        exchange.Seen(Sample.At(1));
        clock.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(Sample.At(1).AddSeconds(20), exchange.Now);
    }

    [Fact]
    public void A_trade_that_is_older_than_what_must_have_passed_takes_no_time_back()
    {
        exchange.Seen(Sample.At(1));
        clock.Advance(TimeSpan.FromSeconds(50));
        exchange.Seen(Sample.At(1).AddSeconds(10));

        Assert.Equal(Sample.At(1).AddSeconds(50), exchange.Now);
    }

    [Fact]
    public void A_trade_that_is_ahead_moves_it_on_at_once()
    {
        exchange.Seen(Sample.At(1));
        clock.Advance(TimeSpan.FromSeconds(5));
        exchange.Seen(Sample.At(2));
        clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(Sample.At(2).AddSeconds(5), exchange.Now);
    }

    [Fact]
    public void While_the_stream_is_away_nothing_is_proven_and_the_first_trade_after_it_counts_even_if_it_is_old()
    {
        exchange.Seen(Sample.At(1));
        exchange.Lost();
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Null(exchange.Now);

        // Trades that were on their way when the stream broke come late: that so much time has passed here says nothing of them.
        exchange.Seen(Sample.At(1).AddSeconds(30));

        Assert.Equal(Sample.At(1).AddSeconds(30), exchange.Now);
    }
}
