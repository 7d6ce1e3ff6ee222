using StockPipeline.Contracts.Rates;
using StockPipeline.Rates.Intake;
using StockPipeline.Rates.Rows;
using StockPipeline.Rates.Sources;

namespace StockPipeline.RatesTests;

public sealed class FeedIntakeTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);

    private static readonly Feed Feed = new(
        1, "btcusdt@trade", "BTCUSDT", RateKey.Parse("bitcoin-usdt/binance"), RatePair.Parse("bitcoin-usd"), TimeSpan.FromSeconds(60), 100);

    private readonly FeedIntake intake = new(Feed, known: null);

    [Fact]
    public void An_older_number_is_dropped_the_same_is_a_repetition_and_a_count_that_began_anew_is_believed_later()
    {
        Assert.Equal(TickVerdict.Taken, Take(100, 10, after: 0));
        Assert.Equal(TickVerdict.Older, Take(99, 9, after: 1));
        Assert.Equal(TickVerdict.Repeated, Take(100, 10, after: 2));
        Assert.Equal(TickVerdict.Older, Take(101, 1, after: 3));
        Assert.Equal(TickVerdict.Taken, Take(102, 2, after: 90));
        Assert.Equal(102, intake.Current!.Price);
    }

    [Fact]
    public void A_time_ahead_of_ours_counts_as_now()
    {
        var verdict = intake.Take(new Tick(5, null, null, RateKind.Trade, Start.AddSeconds(30), 1), Start);

        Assert.Equal((TickVerdict.AheadOfClock, Start), (verdict, intake.Current!.EventTime));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("0.0000000000000000001")]
    [InlineData("100000000000000000000")]
    public void What_is_no_price_changes_nothing(string price)
    {
        var verdict = intake.Take(new Tick(decimal.Parse(price, null), null, null, RateKind.Trade, Start, 1), Start);

        Assert.Equal(TickVerdict.NoPrice, verdict);
        Assert.Null(intake.Current);
    }

    [Fact]
    public void A_rate_is_fresh_as_long_as_both_its_age_and_the_proof_of_its_source_allow()
    {
        Take(100, 1, after: 0);
        var rate = intake.Current!;

        Assert.True(rate.IsFresh(Start.AddSeconds(60)));
        Assert.False(rate.IsFresh(Start.AddSeconds(60).AddTicks(1)));
        Assert.False((rate with { MaxAge = TimeSpan.FromDays(1) }).IsFresh(Start.AddSeconds(61)));
        Assert.False((rate with { Status = RateStatus.Halted }).IsFresh(Start));
    }

    [Fact]
    public void Proofs_are_said_every_20_seconds_and_silence_at_once()
    {
        Take(100, 1, after: 0);
        intake.Published(Start);

        intake.Prove(Start.AddSeconds(19));
        Assert.False(intake.IsDirty);
        intake.Prove(Start.AddSeconds(20));
        Assert.True(intake.IsDirty);
        Assert.Equal((Start, Start.AddSeconds(20)), (intake.Current!.EventTime, intake.Current.ProvenTime));

        intake.Published(Start.AddSeconds(20));
        intake.Silence();
        Assert.Equal((true, RateStatus.Silent), (intake.IsDirty, intake.Current.Status));
        intake.Prove(Start.AddSeconds(21));
        Assert.Equal(RateStatus.Live, intake.Current.Status);
    }

    [Fact]
    public void Whoever_takes_over_goes_on_with_the_minute_that_was_begun()
    {
        Take(100, 1, after: 1);
        Take(90, 2, after: 2);
        Take(110, 3, after: 3);
        var successor = new FeedIntake(Feed with { Priority = 7 }, intake.Current);

        successor.Take(new Tick(105, null, null, RateKind.Trade, Start.AddSeconds(5), 4), Start.AddSeconds(5));

        var minute = successor.Minutes.Open!;
        Assert.Equal((100m, 110m, 90m, 105m, 4), (minute.Open, minute.High, minute.Low, minute.Close, minute.Updates));
        Assert.Equal(7, successor.Current!.Priority);
    }

    private TickVerdict Take(decimal price, long sequence, double after) =>
        intake.Take(new Tick(price, null, null, RateKind.Trade, Start.AddSeconds(after), sequence), Start.AddSeconds(after));
}
