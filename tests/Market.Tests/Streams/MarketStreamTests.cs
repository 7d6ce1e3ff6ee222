using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using StockPipeline.Contracts.Time;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Clock;
using StockPipeline.Market.Streams;
using StockPipeline.MarketTests.Server;
using StockPipeline.Testing;
using static StockPipeline.MarketTests.Samples;

namespace StockPipeline.MarketTests.Streams;

public sealed class MarketStreamTests
{
    private static readonly DateTimeOffset Ten = Utc(2026, 1, 5, 10);

    [Fact]
    public async Task Ping_settings_come_first_and_then_everything_wanted_with_its_source()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var harness = new StreamHarness(server).Start(Subscription(1), Subscription(2, Interval.FourHours));
        var stream = await server.NextStreamAsync();

        var first = await stream.ReadAsync();
        var request = await stream.ExpectSubscriptionAsync();

        Assert.Equal(5000, first!.PingSettings.PingDelayMs);
        Assert.Equal(GetCandlesRequest.Types.CandleSource.Exchange, request.CandleSourceType);
        Assert.False(request.WaitingClose);
        Assert.Equal(
            [("uid-FIGI00000001", SubscriptionInterval.OneMinute), ("uid-FIGI00000002", SubscriptionInterval._4Hour)],
            request.Instruments.Select(one => (one.InstrumentId, one.Interval)));
    }

    [Fact]
    public async Task Candles_reach_the_owner_as_records()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var harness = new StreamHarness(server).Start(Subscription(1));
        var stream = await server.NextStreamAsync();
        await stream.ConfirmAsync();

        await stream.SendAsync(Samples.Candle(Subscription(1), Ten.AddSeconds(75), close: "250.25"));

        var received = await harness.NextAsync<CandleReceived>();
        Assert.Equal(Interval.OneMinute, received.Interval);
        Assert.Equal(Subscription(1).Figi, received.Candle.Figi);
        Assert.Equal(Ten.AddMinutes(1), received.Candle.OpenTime);
        Assert.Equal(Contracts.Instruments.Price.Parse("250.25"), received.Candle.Close);
        Assert.Equal(Ten.AddSeconds(75), received.Candle.LastTradeTime);
        Assert.Equal(Contracts.Records.CandleSource.Stream, received.Candle.Source);
        Assert.False(received.Candle.Final);
    }

    [Fact]
    public async Task Three_hundred_subscriptions_go_out_on_one_stream_in_portions()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var harness = new StreamHarness(server).Start([.. Subscriptions(300)]);
        var stream = await server.NextStreamAsync();

        var portions = new List<int>();
        for (var portion = 0; portion < 3; portion++)
            portions.Add((await stream.ConfirmAsync()).Instruments.Count);

        Assert.Equal([100, 100, 100], portions);
        Assert.Empty(harness.Stream.LeftOut);
    }

    [Fact]
    public async Task The_span_between_the_last_proof_and_the_new_confirmation_is_missed()
    {
        await using var server = await ScriptedServer.StartAsync();
        var clock = new ManualClock(Ten);
        await using var harness = new StreamHarness(server, clock: clock).Start(Subscription(1));
        var stream = await server.NextStreamAsync();
        await stream.ConfirmAsync();
        Assert.Equal(Ten, (await harness.NextAsync<Subscribed>()).At);
        clock.Advance(TimeSpan.FromSeconds(90));
        await stream.SendAsync(Samples.Candle(Subscription(1), Ten.AddSeconds(85)));
        await harness.NextAsync<CandleReceived>();

        clock.Advance(TimeSpan.FromSeconds(30));
        stream.Drop();
        var lost = await harness.NextAsync<ConnectionLost>();
        clock.Advance(TimeSpan.FromSeconds(40));
        await (await server.NextStreamAsync()).ConfirmAsync();

        var missed = await harness.NextAsync<SpanMissed>();
        Assert.Equal(Ten.AddSeconds(120), lost.At);
        Assert.Equal(new TimeRange(Ten.AddSeconds(85), Ten.AddSeconds(160)), missed.Missed);
        Assert.Equal(new TimeRange(Ten, Ten.AddMinutes(3)), missed.Candles);
    }

    [Fact]
    public void A_candle_whose_last_word_may_have_been_missed_is_read_again()
    {
        var soonAfter = new SpanMissed(Subscription(1), new TimeRange(Ten.AddSeconds(89), Ten.AddSeconds(100)));
        var longAfter = new SpanMissed(Subscription(1), new TimeRange(Ten.AddSeconds(90), Ten.AddSeconds(100)));

        Assert.Equal(new TimeRange(Ten, Ten.AddMinutes(2)), soonAfter.Candles);
        Assert.Equal(new TimeRange(Ten.AddMinutes(1), Ten.AddMinutes(2)), longAfter.Candles);
    }

    [Theory]
    [InlineData(StatusCode.Unauthenticated, "40003")]
    [InlineData(StatusCode.PermissionDenied, "40002")]
    [InlineData(StatusCode.PermissionDenied, "")]
    public async Task Who_is_not_let_in_waits_says_it_once_and_goes_on_when_it_is_mended(StatusCode code, string detail)
    {
        await using var server = await ScriptedServer.StartAsync();
        var log = new RecordingLog<MarketStream>();
        var options = StreamHarness.Quick with { BlockedRetry = TimeSpan.FromMilliseconds(5) };
        await using var harness = new StreamHarness(server, options, log: log).Start(Subscription(1));

        for (var refusal = 0; refusal < 3; refusal++)
        {
            (await server.NextStreamAsync()).End(code, detail);
            var lost = await harness.NextAsync<ConnectionLost>();
            Assert.Equal((code, options.BlockedRetry), (lost.Status.Code, lost.NextTryIn));
        }
        await (await server.NextStreamAsync()).ConfirmAsync();

        await harness.NextAsync<Subscribed>();
        Assert.Single(log.Lines, line => line.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task Too_many_streams_wait_two_minutes_and_not_less()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var harness = new StreamHarness(server).Start(Subscription(1));

        (await server.NextStreamAsync()).End(StatusCode.ResourceExhausted, "80001");

        var lost = await harness.NextAsync<ConnectionLost>();
        Assert.InRange(lost.NextTryIn, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(2.2));
    }

    [Fact]
    public async Task A_quota_of_the_market_is_waited_for_in_market_time()
    {
        await using var server = await ScriptedServer.StartAsync();
        var market = new SimulatedClock(DateTimeOffset.UnixEpoch, speed: 1_000, TimeProvider.System);
        await using var harness = new StreamHarness(server, clock: market).Start(Subscription(1));

        (await server.NextStreamAsync()).End(StatusCode.ResourceExhausted, "80001");

        Assert.NotNull(await server.NextStreamAsync());
    }

    [Fact]
    public async Task Pauses_between_tries_double_up_to_the_cap_and_start_over_after_success()
    {
        await using var server = await ScriptedServer.StartAsync();
        var options = StreamHarness.Quick with { Reconnect = new() { First = TimeSpan.FromMilliseconds(4), Cap = TimeSpan.FromMilliseconds(16) } };
        await using var harness = new StreamHarness(server, options).Start(Subscription(1));
        var pauses = new List<double>();

        for (var failure = 0; failure < 4; failure++)
        {
            (await server.NextStreamAsync()).End(StatusCode.Unavailable);
            pauses.Add((await harness.NextAsync<ConnectionLost>()).NextTryIn.TotalMilliseconds);
        }
        var good = await server.NextStreamAsync();
        await good.ConfirmAsync();
        await harness.NextAsync<Subscribed>();
        good.Drop();
        pauses.Add((await harness.NextAsync<ConnectionLost>()).NextTryIn.TotalMilliseconds);

        Assert.Equal([3, 6, 12, 12, 3], pauses);
    }

    [Fact]
    public async Task Silence_ends_the_stream_and_pings_keep_it()
    {
        await using var server = await ScriptedServer.StartAsync();
        var network = new ManualClock(Ten);
        await using var harness = new StreamHarness(server, new MarketStreamOptions(), network: network).Start(Subscription(1));
        var stream = await server.NextStreamAsync();
        await stream.ConfirmAsync();
        await harness.NextAsync<Subscribed>();

        for (var ping = 0; ping < 4; ping++)
        {
            network.Advance(TimeSpan.FromSeconds(5));
            await stream.SendAsync(new MarketDataResponse { Ping = new Ping { Time = Timestamp.FromDateTimeOffset(network.GetUtcNow()) } });
            Assert.Equal(network.GetUtcNow(), (await harness.NextAsync<Heartbeat>()).ServerTime);
        }
        Assert.False(stream.IsOver);
        network.Advance(TimeSpan.FromSeconds(20));

        Assert.Contains("nothing has come", (await harness.NextAsync<ConnectionLost>()).Status.Detail, StringComparison.Ordinal);
        await stream.Ended.WaitAsync(Eventually.Patience, TimeProvider.System);
    }

    [Fact]
    public async Task Subscriptions_change_while_the_stream_runs()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var harness = new StreamHarness(server).Start(Subscription(1), Subscription(2));
        var stream = await server.NextStreamAsync();
        await stream.ConfirmAsync();
        await harness.NextAsync<Subscribed>();
        await harness.NextAsync<Subscribed>();

        harness.Stream.Want([Subscription(2), Subscription(3)]);
        var gone = await stream.ExpectSubscriptionAsync(SubscriptionAction.Unsubscribe);
        await stream.AnswerAsync(gone, _ => SubscriptionStatus.Success);
        var come = await stream.ConfirmAsync();
        await stream.SendAsync(Samples.Candle(Subscription(1), Ten));
        await stream.SendAsync(Samples.Candle(Subscription(3), Ten));

        Assert.Equal("uid-FIGI00000001", gone.Instruments.Single().InstrumentId);
        Assert.Equal("uid-FIGI00000003", come.Instruments.Single().InstrumentId);
        Assert.Equal(Subscription(3).Figi, (await harness.NextAsync<CandleReceived>()).Candle.Figi);
    }

    [Fact]
    public async Task Without_anything_wanted_there_is_no_stream()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var harness = new StreamHarness(server).Start(Subscription(1));
        var stream = await server.NextStreamAsync();
        await stream.ConfirmAsync();
        await harness.NextAsync<Subscribed>();

        harness.Stream.Want([]);
        await stream.Ended.WaitAsync(Eventually.Patience, TimeProvider.System);
        harness.Stream.Want([Subscription(2)]);

        Assert.Equal("uid-FIGI00000002", (await (await server.NextStreamAsync()).ConfirmAsync()).Instruments.Single().InstrumentId);
        Assert.False(harness.Running.IsCompleted);
    }

    [Fact]
    public async Task A_subscription_the_server_has_dropped_silently_is_found_and_repaired()
    {
        await using var server = await ScriptedServer.StartAsync();
        var clock = new ManualClock(Ten);
        await using var harness = new StreamHarness(server, StreamHarness.Quick with { Audit = TimeSpan.FromMilliseconds(30) }, clock)
            .Start(Subscription(1), Subscription(2));
        var stream = await server.NextStreamAsync();
        var all = await stream.ConfirmAsync();
        await stream.ExpectAsync(MarketDataRequest.PayloadOneofCase.GetMySubscriptions);
        clock.Advance(TimeSpan.FromSeconds(30));

        var remaining = ScriptedStream.Reply(all.Instruments.Take(1).Append(Stray()), _ => SubscriptionStatus.Success);
        await stream.SendAsync(new MarketDataResponse { SubscribeCandlesResponse = remaining });
        var unwanted = await stream.ExpectSubscriptionAsync(SubscriptionAction.Unsubscribe);
        await stream.AnswerAsync(unwanted, _ => SubscriptionStatus.Success);
        var repaired = await stream.ConfirmAsync();

        Assert.Equal("uid-FIGI00000009", unwanted.Instruments.Single().InstrumentId);
        Assert.Equal("uid-FIGI00000002", repaired.Instruments.Single().InstrumentId);
        var missed = await harness.NextAsync<SpanMissed>();
        Assert.Equal((Subscription(2), new TimeRange(Ten, Ten.AddSeconds(30))), (missed.Subscription, missed.Missed));
    }

    [Fact]
    public async Task Not_more_requests_than_allowed_go_out_in_a_minute()
    {
        await using var server = await ScriptedServer.StartAsync();
        var network = new ManualClock(Ten);
        var options = new MarketStreamOptions { Portion = 1, RequestsPerMinute = 5 };
        var wanted = Enumerable.Range(0, 8).Select(number => Subscription(number));
        await using var harness = new StreamHarness(server, options, network: network).Start([.. wanted]);
        var stream = await server.NextStreamAsync();
        for (var request = 0; request < 5; request++)
            await stream.ConfirmAsync();
        for (var request = 0; request < 5; request++)
            await harness.NextAsync<Subscribed>();

        var sixth = stream.ConfirmAsync();
        for (var second = 0; second < 59; second++)
        {
            network.Advance(TimeSpan.FromSeconds(1));
            await stream.SendAsync(new MarketDataResponse { Ping = new Ping { Time = Timestamp.FromDateTimeOffset(Ten) } });
            await harness.NextAsync<Heartbeat>();
        }
        Assert.False(sixth.IsCompleted);
        network.Advance(TimeSpan.FromSeconds(2));

        await sixth.WaitAsync(Eventually.Patience, TimeProvider.System);
    }

    [Fact]
    public async Task A_candle_that_is_none_is_told_and_the_stream_goes_on()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var harness = new StreamHarness(server).Start(Subscription(1));
        var stream = await server.NextStreamAsync();
        await stream.ConfirmAsync();
        var broken = Samples.Candle(Subscription(1), Ten);
        broken.Candle.Close = null;

        await stream.SendAsync(broken);
        await stream.SendAsync(Samples.Candle(Subscription(1), Ten));

        Assert.Contains("price is missing", (await harness.NextAsync<CandleRejected>()).Reason, StringComparison.Ordinal);
        await harness.NextAsync<CandleReceived>();
    }

    [Fact]
    public async Task A_malformed_frame_costs_the_stream_and_nothing_else()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var harness = new StreamHarness(server).Start(Subscription(1));
        var stream = await server.NextStreamAsync();
        await stream.ConfirmAsync();

        await stream.SendRawAsync([7, 7, 7, 7, 7, 7]);

        Assert.Equal(StatusCode.Internal, (await harness.NextAsync<ConnectionLost>()).Status.Code);
        await (await server.NextStreamAsync()).ConfirmAsync();
        await harness.NextAsync<SpanMissed>();
    }

    [Fact]
    public async Task An_owner_that_does_not_read_holds_up_the_stream_and_not_the_memory()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var harness = new StreamHarness(server, StreamHarness.Quick with { Buffer = 10 }).Start(Subscription(1));
        var stream = await server.NextStreamAsync();
        await stream.ConfirmAsync();

        for (var number = 0; number < 200; number++)
            await stream.SendAsync(Samples.Candle(Subscription(1), Ten.AddSeconds(number)));
        await Eventually.TrueAsync(() => harness.Stream.Events.Count == 10);
        var seconds = new List<DateTimeOffset?>();
        for (var number = 0; number < 200; number++)
            seconds.Add((await harness.NextAsync<CandleReceived>()).Candle.LastTradeTime);

        Assert.Equal(Enumerable.Range(0, 200).Select(number => (DateTimeOffset?)Ten.AddSeconds(number)), seconds);
    }

    private static IEnumerable<StreamSubscription> Subscriptions(int count) => Enumerable.Range(0, count).Select(number => Subscription(number));

    private static CandleInstrument Stray() => new() { InstrumentId = "uid-FIGI00000009", Interval = SubscriptionInterval.OneMinute };
}
