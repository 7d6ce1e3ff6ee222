using System.Security.Cryptography;
using System.Text;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Simulator.Market;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.SimulatorTests.Market;

public sealed class SyntheticMarketTests(ITestOutputHelper output)
{
    private static readonly DateTimeOffset Month = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Higher_candles_are_the_exact_sum_of_the_minutes_in_them()
    {
        var seed = Seed.Next(output.WriteLine);
        var market = new SyntheticMarket(seed);
        foreach (var listing in Some(market, seed, 8))
        {
            var minutes = market.Candles(listing.Figi, Interval.OneMinute, Month, Month.AddDays(7));
            foreach (var interval in Interval.All.Skip(1))
            {
                var expected = minutes.GroupBy(minute => interval.Align(minute.OpenTime)).Select(group => Sum(group.Key, [.. group]));

                var candles = market.Candles(listing.Figi, interval, Month, Month.AddDays(7));

                Assert.Equal(expected, candles);
            }
        }
    }

    [Fact]
    public void Any_time_can_be_asked_first()
    {
        var seed = Seed.Next(output.WriteLine);
        var inOrder = new SyntheticMarket(seed);
        var atRandom = new SyntheticMarket(seed);
        var random = new Random(seed);
        var figi = inOrder.Share("GAZP").Figi;

        var all = inOrder.Candles(figi, Interval.FiveMinutes, Month, Month.AddDays(10));
        var picked = all.OrderBy(_ => random.Next()).Take(300).ToList();

        foreach (var candle in picked)
            Assert.Equal(candle, atRandom.Candle(figi, Interval.FiveMinutes, candle.OpenTime));
    }

    [Fact]
    public void Minutes_are_made_of_the_trades_and_prices_lie_on_the_grid()
    {
        var seed = Seed.Next(output.WriteLine);
        var market = new SyntheticMarket(seed);
        foreach (var listing in Some(market, seed, 20))
        {
            foreach (var candle in market.Candles(listing.Figi, Interval.OneMinute, Month, Month.AddDays(3)))
            {
                var trades = new List<Trade>();
                market.ReadTape(listing, candle.OpenTime.ToUnixTimeMilliseconds(), trades);

                Assert.Equal(trades[0].Price, candle.Open.Nanos);
                Assert.Equal(trades[^1].Price, candle.Close.Nanos);
                Assert.Equal(trades.Max(trade => trade.Price), candle.High.Nanos);
                Assert.Equal(trades.Min(trade => trade.Price), candle.Low.Nanos);
                Assert.Equal(trades.Sum(trade => trade.Lots), candle.Volume);
                Assert.All(trades, trade => Assert.Equal(0, trade.Price % listing.MinPriceIncrement.Nanos));
                Assert.All(trades, trade => Assert.Equal(candle.OpenTime.ToUnixTimeMilliseconds(), trade.TimeMs - (trade.TimeMs % 60_000)));
                Assert.All(trades, trade => Assert.True(trade.ReportedMs >= trade.TimeMs && trade.Price > 0 && trade.Lots > 0));
            }
        }
    }

    [Fact]
    public void The_market_of_a_seed_never_changes()
    {
        var market = new SyntheticMarket(42);
        var text = new StringBuilder();
        foreach (var ticker in new[] { "SBER", "TGKA", "KOGK", "LKOH" })
        {
            foreach (var candle in market.Candles(market.Share(ticker).Figi, Interval.FifteenMinutes, Month, Month.AddDays(5)))
            {
                text.Append(candle.OpenTime.ToUnixTimeSeconds()).Append(candle.Open)
                    .Append(candle.High).Append(candle.Low).Append(candle.Close).Append(candle.Volume);
            }
        }

        var digest = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));

        Assert.Equal("62B4A77734AA187F3E46A13A30ED8DB24D94912D6", digest[..41]);
    }

    [Fact]
    public void Prices_move_on_from_one_minute_to_the_next_without_jumps()
    {
        var seed = Seed.Next(output.WriteLine);
        var market = new SyntheticMarket(seed);

        var minutes = market.Candles(market.Share("SBER").Figi, Interval.OneMinute, Month, Month.AddDays(20));

        var steps = minutes.Zip(minutes.Skip(1)).Where(pair => pair.Second.OpenTime - pair.First.OpenTime == Interval.OneMinute.Length);
        Assert.All(steps, step => Assert.InRange(step.Second.Open.ToDouble() / step.First.Close.ToDouble(), 0.99, 1.01));
        Assert.True(minutes.Max(minute => minute.High) > minutes.Min(minute => minute.Low));
    }

    [Fact]
    public void Lively_shares_trade_in_nearly_every_minute_and_sleepy_ones_in_few()
    {
        var market = new SyntheticMarket(7);
        var from = new DateTimeOffset(2026, 11, 10, 7, 0, 0, TimeSpan.Zero);
        var to = from.AddHours(8);

        Assert.True(market.Candles(market.Share("SBER").Figi, Interval.OneMinute, from, to).Count > 475);
        Assert.InRange(market.Candles(market.Share("KAZT").Figi, Interval.OneMinute, from, to).Count, 1, 60);
    }

    [Fact]
    public void Nothing_trades_during_a_halt()
    {
        var market = new SyntheticMarket(3);
        var figi = market.Share("SIMH").Figi;
        var from = new DateTimeOffset(2026, 11, 10, 9, 0, 0, TimeSpan.Zero);
        var before = market.Candles(figi, Interval.OneMinute, from.AddHours(-1), from.AddHours(2));

        market.Halt(figi, from, from.AddHours(1));

        var after = market.Candles(figi, Interval.OneMinute, from.AddHours(-1), from.AddHours(2));
        Assert.Contains(before, candle => candle.OpenTime >= from && candle.OpenTime < from.AddHours(1));
        Assert.Equal(before.Where(candle => candle.OpenTime < from || candle.OpenTime >= from.AddHours(1)), after);
        Assert.Null(market.Candle(figi, Interval.OneHour, from));
    }

    [Fact]
    public void A_split_divides_the_past_as_well_for_those_who_look_after_it()
    {
        var market = new SyntheticMarket(3);
        var listing = market.Share("LKOH");
        var at = new DateTimeOffset(2026, 11, 10, 9, 0, 0, TimeSpan.Zero);
        var period = CandlePeriod.Of(Interval.OneHour);
        var (from, to) = (at.AddDays(-1).ToUnixTimeMilliseconds(), at.ToUnixTimeMilliseconds());
        var whole = market.Bars(listing, period, from, to, ReferenceMarket.Always).ToList();

        market.Split(listing.Figi, at, 10);

        Assert.Equal(whole, market.Bars(listing, period, from, to, to - 1));
        var divided = market.Bars(listing, period, from, to, to).ToList();
        Assert.Equal(whole.Select(bar => bar.Volume * 10), divided.Select(bar => bar.Volume));
        Assert.All(whole.Zip(divided), pair => Assert.InRange(pair.Second.Close * 10.0 / pair.First.Close, 0.99, 1.01));
    }

    private static IEnumerable<Listing> Some(SyntheticMarket market, int seed, int count)
    {
        var random = new Random(seed);
        return [market.Share("SBER"), .. market.Listings.OrderBy(_ => random.Next()).Take(count)];
    }

    private static Candle Sum(DateTimeOffset open, List<Candle> minutes) => minutes[0] with
    {
        OpenTime = open,
        High = minutes.Max(minute => minute.High),
        Low = minutes.Min(minute => minute.Low),
        Close = minutes[^1].Close,
        Volume = minutes.Sum(minute => minute.Volume),
    };
}
