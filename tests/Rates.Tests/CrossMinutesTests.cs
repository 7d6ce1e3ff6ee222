using StockPipeline.Contracts.Rates;
using StockPipeline.Rates.Board;
using StockPipeline.Rates.Candles;
using StockPipeline.Rates.Intake;

namespace StockPipeline.RatesTests;

public sealed class CrossMinutesTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);
    private static readonly RatePair Pair = RatePair.Parse("ethereum-bitcoin");

    private readonly RateBoard board = new();
    private readonly CrossMinutes minutes = new(Pair);

    [Fact]
    public void A_minute_is_made_of_the_prices_that_are_answered_with()
    {
        Put("bitcoin-usd", 100_000, 0);
        Put("ethereum-usd", 3_000, 0);
        Look(1);
        Put("ethereum-usd", 3_300, 20);
        Look(21);
        Put("bitcoin-usd", 110_000, 40);
        Look(41);

        Look(63);

        var minute = Assert.Single(Drain());
        Assert.Equal((0.03m, 0.033m, 0.03m, 0.03m, true), (minute.Open, minute.High, minute.Low, minute.Close, minute.Final));
    }

    [Fact]
    public void While_one_of_its_legs_is_stale_nothing_is_said_and_no_minute_ends()
    {
        Put("bitcoin-usd", 100_000, 0);
        Put("ethereum-usd", 3_000, 0);
        Look(1);
        Drain();
        Put("ethereum-usd", 3_300, 50);

        Look(61);
        Look(90);
        Assert.Empty(Drain());

        Put("bitcoin-usd", 100_000, 95);
        Look(96);
        Assert.Equal([(Start, true), (Start.AddMinutes(1), false)], Drain().Select(minute => (minute.OpenTime, minute.Final)));
    }

    [Fact]
    public void The_same_price_counts_once()
    {
        Put("bitcoin-usd", 100_000, 0);
        Put("ethereum-usd", 3_000, 0);
        for (var second = 1; second < 30; second++)
            Look(second);

        Assert.Equal(1, Assert.Single(Drain()).Updates);
    }

    [Theory]
    [InlineData("eth-btc", "ethereum-bitcoin@cross")]
    [InlineData("ETH/BTC@cross", "ethereum-bitcoin@cross")]
    [InlineData("usd-btc", "usd-bitcoin@cross")]
    [InlineData("btc/usd", "bitcoin-usd@bench")]
    public void What_no_source_trades_is_found_as_what_others_make_of_it(string text, string name)
    {
        Put("bitcoin-usd", 100_000, 0);
        Put("ethereum-usd", 3_000, 0);

        var found = FollowedRate.Find(board, text, Start)!;

        Assert.Equal(name, found.Name);
        Assert.Equal(name.EndsWith("@cross", StringComparison.Ordinal), CrossRate.TryRead(found.Figi, found.Name, out _));
    }

    [Fact]
    public void What_nothing_leads_to_is_not_found() => Assert.Null(FollowedRate.Find(board, "eth-btc", Start));

    private void Put(string pair, decimal price, int second) => board.Put(new Rate
    {
        Pair = RatePair.Parse(pair), Source = "bench", Symbol = "X", Price = price, Kind = RateKind.Trade, EventTime = Start.AddSeconds(second),
        ReceivedTime = Start.AddSeconds(second), ProvenTime = Start.AddSeconds(second), MaxAge = TimeSpan.FromMinutes(1), MinuteOpen = price,
        MinuteHigh = price, MinuteLow = price, MinuteUpdates = 1,
    });

    private void Look(int second)
    {
        var now = Start.AddSeconds(second);
        minutes.Look(board.Courses(Pair, now) is [var best, ..] ? best : null, now);
    }

    private List<MinuteCandle> Drain()
    {
        var changed = new List<MinuteCandle>();
        minutes.Drain(isTime: true, changed);
        return changed;
    }
}
