using Google.Protobuf.WellKnownTypes;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Streams;
using StockPipeline.MarketTests.Server;
using StockPipeline.Testing;
using static StockPipeline.MarketTests.Samples;

namespace StockPipeline.MarketTests.Streams;

/// <summary>Requests for subscriptions and what comes back.</summary>
public sealed class AnswerTests
{
    private static readonly DateTimeOffset Ten = Utc(2026, 1, 5, 10);

    /// <summary>In tests that let time pass nothing is to be up but the time for an answer.</summary>
    private static readonly MarketStreamOptions Patient = new()
    {
        Answer = TimeSpan.FromDays(1), Silence = TimeSpan.FromDays(40), Audit = TimeSpan.FromDays(40),
    };

    [Fact]
    public async Task A_refused_subscription_is_told_and_asked_again_and_the_others_go_on()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var harness = new StreamHarness(server).Start(Subscription(1), Subscription(2), Subscription(3));
        var stream = await server.NextStreamAsync();
        var request = await stream.ExpectSubscriptionAsync();

        var second = Subscription(2).InstrumentId;
        await stream.AnswerAsync(request, one => one.InstrumentId == second ? SubscriptionStatus.TooManyRequests : SubscriptionStatus.Success);
        var refused = await harness.NextAsync<SubscriptionRefused>();
        var again = await stream.ConfirmAsync();

        Assert.Equal((Subscription(2), SubscriptionStatus.TooManyRequests, false), (refused.Subscription, refused.Status, refused.IsLasting));
        Assert.Equal("uid-FIGI00000002", again.Instruments.Single().InstrumentId);
    }

    [Fact]
    public async Task An_element_the_answer_leaves_out_is_asked_again_without_ending_the_stream()
    {
        await using var server = await ScriptedServer.StartAsync();
        var network = new ManualClock(Ten);
        await using var harness = new StreamHarness(server, Patient, network: network).Start(Subscription(1), Subscription(2));
        var stream = await server.NextStreamAsync();
        var request = await stream.ExpectSubscriptionAsync();

        var half = ScriptedStream.Reply(request.Instruments.Take(1), _ => SubscriptionStatus.Success);
        await stream.SendAsync(new MarketDataResponse { SubscribeCandlesResponse = half });

        await harness.NextAsync<Subscribed>();
        network.Advance(2 * Patient.Answer);

        Assert.Equal(SubscriptionStatus.Unspecified, (await PassAsync(network, harness.NextAsync<SubscriptionRefused>())).Status);
        Assert.Equal("uid-FIGI00000002", (await PassAsync(network, stream.ConfirmAsync())).Instruments.Single().InstrumentId);
    }

    [Fact]
    public async Task An_element_that_is_answered_after_all_is_subscribed_and_not_asked_again()
    {
        await using var server = await ScriptedServer.StartAsync();
        var network = new ManualClock(Ten);
        var options = Patient with { RefusedRetry = TimeSpan.FromDays(40) };
        await using var harness = new StreamHarness(server, options, network: network).Start(Subscription(1), Subscription(2));
        var stream = await server.NextStreamAsync();
        var request = await stream.ExpectSubscriptionAsync();
        await stream.SendAsync(Confirmation(request.Instruments.Take(1)));
        await harness.NextAsync<Subscribed>();
        network.Advance(2 * Patient.Answer);
        await PassAsync(network, harness.NextAsync<SubscriptionRefused>());

        await stream.SendAsync(Confirmation(request.Instruments.Skip(1)));

        Assert.Equal(Subscription(2), (await harness.NextAsync<Subscribed>()).Subscription);
    }

    [Fact]
    public async Task The_next_request_waits_for_the_answer_to_the_last_for_no_answer_names_its_request()
    {
        await using var server = await ScriptedServer.StartAsync();
        var options = StreamHarness.Quick with { Portion = 1, Audit = TimeSpan.FromMilliseconds(1) };
        await using var harness = new StreamHarness(server, options).Start(Subscription(1), Subscription(2));
        var stream = await server.NextStreamAsync();
        var first = await stream.ExpectSubscriptionAsync();

        var next = stream.ReadAsync();
        harness.Stream.Want([Subscription(1), Subscription(2), Subscription(3)]);
        await stream.SendAsync(new MarketDataResponse { Ping = new Ping { Time = Timestamp.FromDateTimeOffset(Utc(2026, 1, 5, 10)) } });
        await harness.NextAsync<Heartbeat>();
        Assert.False(next.IsCompleted);
        await stream.AnswerAsync(first, _ => SubscriptionStatus.Success);

        Assert.Equal("uid-FIGI00000002", (await next)!.SubscribeCandlesRequest.Instruments.Single().InstrumentId);
    }

    [Fact]
    public async Task A_request_without_any_answer_ends_the_stream()
    {
        await using var server = await ScriptedServer.StartAsync();
        var options = StreamHarness.Quick with { Answer = TimeSpan.FromMilliseconds(50) };
        await using var harness = new StreamHarness(server, options).Start(Subscription(1));
        await server.NextStreamAsync();

        Assert.Contains("no answer", (await harness.NextAsync<ConnectionLost>()).Status.Detail, StringComparison.Ordinal);
    }

    /// <summary>Lets time pass, as much as it takes, but so slowly that it is never up for an answer.</summary>
    private static async Task<T> PassAsync<T>(ManualClock network, Task<T> awaited)
    {
        await Eventually.TrueAsync(() =>
        {
            network.Advance(TimeSpan.FromSeconds(1));
            return awaited.IsCompleted;
        });
        return await awaited;
    }

    private static MarketDataResponse Confirmation(IEnumerable<CandleInstrument> instruments) =>
        new() { SubscribeCandlesResponse = ScriptedStream.Reply(instruments, _ => SubscriptionStatus.Success) };
}
