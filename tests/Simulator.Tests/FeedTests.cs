using StockPipeline.Contracts.Time;
using StockPipeline.Simulator.Market;
using StockPipeline.Simulator.Streaming;

namespace StockPipeline.SimulatorTests;

public sealed class FeedTests
{
    private const long Minute = 60_000;

    [Fact]
    public void A_late_trade_is_told_although_the_next_candle_opens_in_the_same_turn()
    {
        var told = new List<(long OpenMs, long Volume, CandleUpdate Update)>();
        var feed = new Feed(new SyntheticMarket(1).Share("SBER"), CandlePeriod.Of(Interval.OneMinute), null, nowMs: 0);
        feed.Add(TradeAt(25_000, lots: 1), Tell);
        Due(25_500);
        Due(Minute + 100);

        feed.Add(TradeAt(50_000, lots: 49), Tell);
        feed.Add(TradeAt(Minute + 4_900, lots: 32), Tell);
        Due(Minute + 5_000);

        Assert.Equal(
            [(0, 1, CandleUpdate.Forming), (0, 1, CandleUpdate.Closing), (0, 50, CandleUpdate.Correction), (Minute, 32, CandleUpdate.Forming)], told);

        void Tell(Feed _, Bar bar, CandleUpdate update) => told.Add((bar.OpenMs, bar.Volume, update));
        void Due(long nowMs) => feed.TellDue(nowMs, realNow: nowMs, throttle: 0, Tell, (_, _) => null);
    }

    private static Trade TradeAt(long timeMs, long lots) => new(timeMs, timeMs, Price: 270_000_000_000, lots, Buy: true);
}
