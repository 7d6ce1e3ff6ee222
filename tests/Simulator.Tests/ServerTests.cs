using Google.Protobuf.WellKnownTypes;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Grpc;
using StockPipeline.Simulator;
using StockPipeline.SimulatorTests.Probing;

namespace StockPipeline.SimulatorTests;

public sealed class ServerTests
{
    /// <summary>A Tuesday, in the main session.</summary>
    private static readonly DateTimeOffset Noon = new(2026, 11, 10, 9, 0, 30, TimeSpan.Zero);

    [Fact]
    public async Task Shares_are_listed_with_their_true_identifiers()
    {
        await using var simulator = await MarketSimulator.StartAsync(new SimulatorOptions { Start = Noon });
        using var probe = new ApiProbe(simulator.Endpoint);

        var tradable = (await probe.CallAsync(InvestMethods.Shares, new InstrumentsRequest { InstrumentStatus = InstrumentStatus.Base })).Instruments;
        var all = (await probe.CallAsync(InvestMethods.Shares, new InstrumentsRequest { InstrumentStatus = InstrumentStatus.All })).Instruments;

        Assert.True(tradable.Count(share => share.ClassCode == "TQBR" && share.Currency == "rub") >= 250);
        Assert.True(all.Count > tradable.Count);
        var sber = Assert.Single(tradable, share => share.Ticker == "SBER");
        Assert.Equal(("BBG004730N88", "e6123145-9665-43e0-8413-cd61b8aa9b13", true), (sber.Figi, sber.Uid, sber.WeekendFlag));
        Assert.Equal(SecurityTradingStatus.NormalTrading, sber.TradingStatus);
        Assert.Equal(all.Count, all.Select(share => share.Uid).Distinct().Count());
        Assert.Equal(all.Count, all.Select(share => share.Figi).Distinct().Count());
    }

    [Fact]
    public async Task History_is_the_truth_without_the_current_minute()
    {
        await using var simulator = await MarketSimulator.StartAsync(new SimulatorOptions { Start = Noon, Speed = 0.01 });
        using var probe = new ApiProbe(simulator.Endpoint);
        var figi = simulator.Market.Share("SBER").Figi;
        foreach (var interval in Interval.All)
        {
            var from = interval.Align(Noon) - (interval.Length * 3);
            var reply = await probe.CallAsync(InvestMethods.GetCandles, Request("SBER_TQBR", interval, from, Noon.AddHours(1)));

            var complete = reply.Candles.Where(candle => candle.IsComplete).ToList();

            Assert.Equal(simulator.Market.Candles(figi, interval, from, interval.Align(Noon)).Select(Key), complete.Select(Key));
            Assert.Equal(interval == Interval.OneMinute ? 0 : 1, reply.Candles.Count - complete.Count);
        }
    }

    [Fact]
    public async Task The_stream_tells_forming_candles_then_the_closed_one_that_history_has()
    {
        await using var simulator = await MarketSimulator.StartAsync(new SimulatorOptions { Start = Noon, Speed = 60 });
        using var probe = new ApiProbe(simulator.Endpoint);
        await using var stream = await probe.OpenStreamAsync(Subscribe(SubscriptionInterval.OneMinute, "LKOH_TQBR", "GAZP_TQBR"));

        var reply = await stream.ReadAsync();
        Assert.All(reply!.SubscribeCandlesResponse.CandlesSubscriptions, one => Assert.Equal(SubscriptionStatus.Success, one.SubscriptionStatus));
        var last = new Dictionary<(string, Timestamp), Candle>();
        while (simulator.Clock.GetUtcNow() < Noon.AddMinutes(5))
        {
            if ((await stream.ReadAsync())?.Candle is { } candle)
                last[(candle.Figi, candle.Time)] = candle;
        }

        var settled = last.Where(one => one.Key.Item2.ToDateTimeOffset() < Noon.AddMinutes(3)).ToList();
        Assert.True(settled.Count >= 4);
        foreach (var ((figi, time), candle) in settled)
            Assert.Equal(Key(simulator.Market.Candle(new Figi(figi), Interval.OneMinute, time.ToDateTimeOffset())!), Key(candle));
    }

    private static MarketDataRequest Subscribe(SubscriptionInterval interval, params string[] ids)
    {
        var request = new SubscribeCandlesRequest { SubscriptionAction = SubscriptionAction.Subscribe };
        request.Instruments.AddRange(ids.Select(id => new CandleInstrument { InstrumentId = id, Interval = interval }));
        return new MarketDataRequest { SubscribeCandlesRequest = request };
    }

    private static GetCandlesRequest Request(string id, Interval interval, DateTimeOffset from, DateTimeOffset to) => new()
    {
        InstrumentId = id, Interval = (CandleInterval)interval.Number, From = from.ToTimestamp(), To = to.ToTimestamp(),
    };

    private static (DateTimeOffset, Price, Price, Price, Price, long) Key(Contracts.Records.Candle candle) =>
        (candle.OpenTime, candle.Open, candle.High, candle.Low, candle.Close, candle.Volume);

    private static (DateTimeOffset, Price, Price, Price, Price, long) Key(HistoricCandle candle) =>
        (candle.Time.ToDateTimeOffset(), Read(candle.Open), Read(candle.High), Read(candle.Low), Read(candle.Close), candle.Volume);

    private static (DateTimeOffset, Price, Price, Price, Price, long) Key(Candle candle) =>
        (candle.Time.ToDateTimeOffset(), Read(candle.Open), Read(candle.High), Read(candle.Low), Read(candle.Close), candle.Volume);

    private static Price Read(Quotation price) => Price.FromUnits(price.Units, price.Nano);
}
