using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;
using StockPipeline.Market.Contract;
using StockPipeline.Simulator;
using StockPipeline.Simulator.Faults;
using StockPipeline.SimulatorTests.Probing;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.SimulatorTests;

public sealed class StreamTests(ITestOutputHelper output)
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 10, 9, 0, 30, TimeSpan.Zero);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_all_corrections_the_stream_has_told_what_history_holds(bool withFaults)
    {
        var seed = Seed.Next(output.WriteLine);
        await using var simulator = await MarketSimulator.StartAsync(new SimulatorOptions
        {
            Seed = seed,
            Start = Noon,
            Speed = 300,
            Faults = withFaults
                ?
                [
                    new FaultRule { Kind = FaultKind.DuplicateCandle, Probability = 0.1 },
                    new FaultRule { Kind = FaultKind.DelayCandle, Probability = 0.05, Lasting = TimeSpan.FromSeconds(40) },
                    new FaultRule { Kind = FaultKind.ReorderCandle, Probability = 0.2, Lasting = TimeSpan.FromSeconds(30) },
                    new FaultRule { Kind = FaultKind.CorrectLate, Probability = 0.3, Lasting = TimeSpan.FromSeconds(20) },
                ]
                : [],
        });
        using var probe = new ApiProbe(simulator.Endpoint);
        var ids = new[] { "SBER_TQBR", "LKOH_TQBR", "GAZP_TQBR", "VTBR_TQBR", "TGKA_TQBR", "AKRN_TQBR" };
        using var stream = await probe.OpenStreamAsync(
            [.. Interval.All.Take(4).Select(interval => ApiRequests.Subscribe((SubscriptionInterval)interval.Number, ids))]);
        var told = new Dictionary<(string Figi, Interval, DateTimeOffset), Candle>();
        // A busy machine opens the stream late: what was over by then nobody was told of.
        await stream.ReadUntilAsync(message => message.Candle is not null);
        var begun = simulator.Clock.GetUtcNow();
        var end = begun.AddMinutes(36);
        // By what the stream tells and not by the clock: a busy machine reads late.
        for (var heard = Noon; heard < end.AddMinutes(4);)
        {
            var candle = (await stream.ReadUntilAsync(message => message.Candle is not null)).Candle;
            told[(candle.Figi, Interval.Parse($"{(int)candle.Interval}"), candle.Time.ToDateTimeOffset())] = candle;
            heard = candle.Time.ToDateTimeOffset();
        }

        foreach (var id in ids)
        {
            var figi = simulator.Market.Find(id)!.Figi;
            foreach (var interval in Interval.All.Take(4))
            {
                foreach (var truth in simulator.Market.Candles(figi, interval, interval.NextOpen(begun), interval.Align(end)))
                    Assert.Equal(truth.Shape(), told[(figi.Value, interval, truth.OpenTime)].Shape());
            }
        }
        Assert.True(!withFaults || simulator.Faults.Struck(FaultKind.CorrectLate) > 0);
    }

    [Fact]
    public async Task Every_wish_gets_a_status_of_its_own()
    {
        await using var simulator = await MarketSimulator.StartAsync(new SimulatorOptions { Start = Noon });
        using var probe = new ApiProbe(simulator.Endpoint);
        var request = ApiRequests.Subscribe(SubscriptionInterval.FiveMinutes, "SBER_TQBR", "NOSUCH_TQBR");
        request.SubscribeCandlesRequest.Instruments.Add(new CandleInstrument { Figi = "BBG004730RP0" });
        using var stream = await probe.OpenStreamAsync(request, new MarketDataRequest { GetMySubscriptions = new GetMySubscriptions() });

        var first = (await stream.ReadUntilAsync(IsReply)).SubscribeCandlesResponse.CandlesSubscriptions;
        var kept = (await stream.ReadUntilAsync(IsReply)).SubscribeCandlesResponse.CandlesSubscriptions;

        Assert.Equal(
            [SubscriptionStatus.Success, SubscriptionStatus.InstrumentNotFound, SubscriptionStatus.IntervalIsInvalid],
            first.Select(one => one.SubscriptionStatus));
        Assert.Equal(("BBG004730N88", SubscriptionInterval.FiveMinutes, "SBER"), (first[0].Figi, first[0].Interval, first[0].Ticker));
        Assert.Equal(first[0].SubscriptionId, Assert.Single(kept).SubscriptionId);
    }

    [Fact]
    public async Task The_301st_subscription_is_refused()
    {
        await using var simulator = await MarketSimulator.StartAsync(new SimulatorOptions { Start = Noon });
        using var probe = new ApiProbe(simulator.Endpoint);
        var ids = simulator.Market.Listings.Select(listing => listing.Uid).Take(151).ToList();
        using var stream = await probe.OpenStreamAsync(
            ApiRequests.Subscribe(SubscriptionInterval.OneMinute, ids), ApiRequests.Subscribe(SubscriptionInterval.OneDay, ids));

        var statuses = new List<SubscriptionStatus>();
        while (statuses.Count < 302)
        {
            if ((await stream.ReadAsync())!.SubscribeCandlesResponse is { } reply)
                statuses.AddRange(reply.CandlesSubscriptions.Select(one => one.SubscriptionStatus));
        }

        Assert.Equal(300, statuses.Count(status => status == SubscriptionStatus.Success));
        Assert.All(statuses.Skip(300), status => Assert.Equal(SubscriptionStatus.LimitIsExceeded, status));
    }

    [Fact]
    public async Task The_101st_request_of_a_minute_is_refused()
    {
        await using var simulator = await MarketSimulator.StartAsync(new SimulatorOptions { Start = Noon, Speed = 0.01 });
        using var probe = new ApiProbe(simulator.Endpoint);
        var requests = Enumerable.Range(0, 101).Select(_ => ApiRequests.Subscribe(SubscriptionInterval.OneHour, "KOGK_TQBR")).ToArray();
        using var stream = await probe.OpenStreamAsync(requests);

        var statuses = new List<SubscriptionStatus>();
        while (statuses.Count < 101)
        {
            if ((await stream.ReadAsync())!.SubscribeCandlesResponse is { } reply)
                statuses.Add(reply.CandlesSubscriptions[0].SubscriptionStatus);
        }

        Assert.All(statuses.Take(100), status => Assert.Equal(SubscriptionStatus.Success, status));
        Assert.Equal(SubscriptionStatus.TooManyRequests, statuses[100]);
    }

    [Fact]
    public async Task Who_waits_for_the_close_hears_nothing_of_open_candles()
    {
        await using var simulator = await MarketSimulator.StartAsync(new SimulatorOptions { Start = Noon, Speed = 120 });
        using var probe = new ApiProbe(simulator.Endpoint);
        using var stream = await probe.OpenStreamAsync(
            ApiRequests.Candles(SubscriptionAction.Subscribe, true, SubscriptionInterval.OneMinute, "SBER_TQBR"));

        for (var seen = 0; seen < 4; seen++)
        {
            var candle = (await stream.ReadUntilAsync(message => message.Candle is not null)).Candle;
            Assert.True(candle.Time.ToDateTimeOffset().AddMinutes(1) <= simulator.Clock.GetUtcNow());
        }
    }

    [Fact]
    public async Task After_unsubscribing_nothing_more_is_told()
    {
        await using var simulator = await MarketSimulator.StartAsync(new SimulatorOptions { Start = Noon, Speed = 60 });
        using var probe = new ApiProbe(simulator.Endpoint);
        using var stream = await probe.OpenStreamAsync(ApiRequests.Subscribe(SubscriptionInterval.OneMinute, "SBER_TQBR"));
        await stream.ReadUntilAsync(message => message.Candle is not null);
        var leave = ApiRequests.Candles(SubscriptionAction.Unsubscribe, false, SubscriptionInterval.OneMinute, "SBER_TQBR", "GAZP_TQBR");

        await stream.SendAsync(leave);
        var reply = (await stream.ReadUntilAsync(IsReply)).SubscribeCandlesResponse;
        await stream.SendAsync(new MarketDataRequest { PingSettings = new PingDelaySettings { PingDelayMs = 5000 } });

        Assert.Equal(
            [SubscriptionStatus.Success, SubscriptionStatus.SubscriptionNotFound], reply.CandlesSubscriptions.Select(one => one.SubscriptionStatus));
        for (var seen = 0; seen < 10; seen++)
            Assert.Equal(MarketDataResponse.PayloadOneofCase.Ping, (await stream.ReadAsync())!.PayloadCase);
    }

    [Fact]
    public async Task A_ping_is_answered_with_its_time()
    {
        await using var simulator = await MarketSimulator.StartAsync(new SimulatorOptions { Start = Noon });
        using var probe = new ApiProbe(simulator.Endpoint);
        var time = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(Noon.AddDays(-1));
        using var stream = await probe.OpenStreamAsync(new MarketDataRequest { Ping = new PingRequest { Time = time } });

        var ping = (await stream.ReadAsync())!.Ping;

        Assert.Equal(time, ping.PingRequestTime);
        Assert.NotEmpty(ping.StreamId);
    }

    [Fact]
    public async Task Prices_and_trading_statuses_are_told_as_they_change()
    {
        var beforeClose = new DateTimeOffset(2026, 11, 10, 15, 39, 30, TimeSpan.Zero);
        var real = new ManualClock(beforeClose);
        await using var simulator = await MarketSimulator.StartAsync(new SimulatorOptions { Start = beforeClose, Clock = real });
        using var probe = new ApiProbe(simulator.Endpoint);
        var info = new SubscribeInfoRequest
        {
            SubscriptionAction = SubscriptionAction.Subscribe, Instruments = { new InfoInstrument { InstrumentId = "SBER_TQBR" } },
        };
        var price = new SubscribeLastPriceRequest
        {
            SubscriptionAction = SubscriptionAction.Subscribe, Instruments = { new LastPriceInstrument { InstrumentId = "SBER_TQBR" } },
        };
        using var stream = await probe.OpenStreamAsync(
            new MarketDataRequest { SubscribeInfoRequest = info }, new MarketDataRequest { SubscribeLastPriceRequest = price });

        // The session ends when both are listened to, and not while they are being asked for.
        await stream.ReadUntilAsync(message => message.SubscribeInfoResponse is not null);
        await stream.ReadUntilAsync(message => message.SubscribeLastPriceResponse is not null);
        real.Advance(TimeSpan.FromSeconds(40));
        var told = (await stream.ReadUntilAsync(message => message.LastPrice is not null)).LastPrice;
        var status = (await stream.ReadUntilAsync(message => message.TradingStatus is not null)).TradingStatus;

        Assert.Equal("BBG004730N88", told.Figi);
        Assert.Equal(SecurityTradingStatus.ClosingAuction, status.TradingStatus_);
    }

    [Fact]
    public async Task A_stream_without_subscriptions_is_ended_after_two_minutes()
    {
        var real = new ManualClock(Noon);
        await using var simulator = await MarketSimulator.StartAsync(new SimulatorOptions { Start = Noon, Clock = real });
        using var probe = new ApiProbe(simulator.Endpoint);
        using var stream = await probe.OpenStreamAsync();

        real.Advance(TimeSpan.FromSeconds(121));

        Assert.Equal(80004, (await stream.EndAsync()).ApiCode);
    }

    [Fact]
    public async Task Streams_are_limited_in_number_and_age()
    {
        var real = new ManualClock(Noon);
        await using var simulator = await MarketSimulator.StartAsync(new SimulatorOptions
        {
            Start = Noon, Clock = real, Quotas = new ApiQuotas { Streams = 1 }, LongestStream = TimeSpan.FromMinutes(10),
        });
        using var probe = new ApiProbe(simulator.Endpoint);
        using var first = await probe.OpenStreamAsync(ApiRequests.Subscribe(SubscriptionInterval.OneDay, "KOGK_TQBR"));
        await first.ReadAsync();

        using (var second = await probe.OpenStreamAsync())
            Assert.Equal(80001, (await second.EndAsync()).ApiCode);
        real.Advance(TimeSpan.FromMinutes(11));

        Assert.Equal(80005, (await first.EndAsync()).ApiCode);
    }

    [Fact]
    public async Task A_stream_of_one_side_tells_what_was_asked_for_at_its_start()
    {
        await using var simulator = await MarketSimulator.StartAsync(new SimulatorOptions { Start = Noon, Speed = 60 });
        using var probe = new ApiProbe(simulator.Endpoint);
        var request = new MarketDataServerSideStreamRequest
        {
            SubscribeCandlesRequest = ApiRequests.Subscribe(SubscriptionInterval.OneMinute, "SBER_TQBR").SubscribeCandlesRequest,
        };
        using var stream = probe.OpenServerSideStream(request);

        var reply = await stream.ReadAsync();
        var candle = await stream.ReadAsync();

        Assert.Equal(SubscriptionStatus.Success, reply!.SubscribeCandlesResponse.CandlesSubscriptions[0].SubscriptionStatus);
        Assert.Equal(new Figi("BBG004730N88"), new Figi(candle!.Candle.Figi));
    }

    private static bool IsReply(MarketDataResponse message) => message.SubscribeCandlesResponse is not null;
}
