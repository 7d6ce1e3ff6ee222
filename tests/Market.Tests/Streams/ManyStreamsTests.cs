using Grpc.Core;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Streams;
using StockPipeline.MarketTests.Server;
using StockPipeline.Testing;
using static StockPipeline.MarketTests.Samples;

namespace StockPipeline.MarketTests.Streams;

/// <summary>More instruments than one stream carries.</summary>
public sealed class ManyStreamsTests
{
    [Fact]
    public async Task What_one_stream_does_not_carry_goes_over_further_ones_and_none_is_asked_for_twice()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var harness = new StreamHarness(server).Start([.. Wanted(0, 601)]);

        var asked = new List<string>();
        for (var number = 0; number < 3; number++)
            asked.AddRange(await ConfirmAllAsync(await server.NextStreamAsync()));
        var confirmed = new HashSet<StreamSubscription>();
        while (confirmed.Count < 601)
            confirmed.Add((await harness.NextAsync<Subscribed>()).Subscription);

        Assert.Equal(Wanted(0, 601).Select(one => one.InstrumentId).Order(), asked.Order());
        Assert.Empty(harness.Stream.LeftOut);
        Assert.False(harness.Running.IsCompleted);
    }

    [Fact]
    public async Task What_the_account_has_no_stream_for_is_told_and_served_as_soon_as_there_is_room()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var harness = new StreamHarness(server).Start([.. Wanted(0, 310)]);
        var first = await RefuseTheSecondAsync(server);
        await Eventually.TrueAsync(() => harness.Stream.LeftOut.Count == 10);

        harness.Stream.Want([.. Wanted(20, 310)]);

        Assert.Empty(harness.Stream.LeftOut);
        var leaving = await first.ExpectSubscriptionAsync(SubscriptionAction.Unsubscribe);
        await first.AnswerAsync(leaving, _ => SubscriptionStatus.Success);
        Assert.Equal(10, (await first.ConfirmAsync()).Instruments.Count);
    }

    [Fact]
    public async Task A_stream_that_the_account_has_after_all_is_taken_and_no_longer_told_as_missing()
    {
        await using var server = await ScriptedServer.StartAsync();
        var market = new Market.Clock.SimulatedClock(DateTimeOffset.UnixEpoch, speed: 5_000, TimeProvider.System);
        await using var harness = new StreamHarness(server, clock: market).Start([.. Wanted(0, 310)]);
        await RefuseTheSecondAsync(server);
        await Eventually.TrueAsync(() => harness.Stream.LeftOut.Count > 0);

        await ConfirmAllAsync(await server.NextStreamAsync());

        await Eventually.TrueAsync(() => harness.Stream.LeftOut.Count == 0);
    }

    [Fact]
    public async Task More_streams_than_the_limit_are_not_opened()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var harness = new StreamHarness(server, StreamHarness.Quick with { MaxStreams = 1 }).Start([.. Wanted(0, 305)]);

        Assert.Equal(300, (await ConfirmAllAsync(await server.NextStreamAsync())).Count);

        Assert.Equal(5, harness.Stream.LeftOut.Count);
    }

    private static IEnumerable<StreamSubscription> Wanted(int from, int until) =>
        Enumerable.Range(from, until - from).Select(number => Subscription(number));

    /// <summary>Serves the first stream, which is full, and has no second one.</summary>
    private static async Task<ScriptedStream> RefuseTheSecondAsync(ScriptedServer server)
    {
        var first = await server.NextStreamAsync();
        await ConfirmAllAsync(first);
        (await server.NextStreamAsync()).End(StatusCode.ResourceExhausted, "80001");
        return first;
    }

    /// <summary>Confirms what is asked for on a stream, until it is full or nothing more can be meant for it.</summary>
    private static async Task<List<string>> ConfirmAllAsync(ScriptedStream stream)
    {
        var asked = new List<string>();
        do
        {
            asked.AddRange((await stream.ConfirmAsync()).Instruments.Select(one => one.InstrumentId));
        }
        while (asked.Count is 100 or 200);
        return asked;
    }
}
