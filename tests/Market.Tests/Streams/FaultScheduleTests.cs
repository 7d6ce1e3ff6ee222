using System.Collections.Concurrent;
using StockPipeline.Contracts.Records;
using StockPipeline.Market.Grpc;
using StockPipeline.Market.Streams;
using StockPipeline.MarketTests.Server;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.MarketTests.Streams;

public sealed class FaultScheduleTests(ITestOutputHelper output)
{
    private const int Schedules = 100;

    private const int AtOnce = 10;

    private const int Shares = 12;

    private static readonly MarketStreamOptions Options = StreamHarness.Quick with
    {
        Portion = 5,
        RequestsPerMinute = 10_000,
        Silence = TimeSpan.FromMilliseconds(400),
        Answer = TimeSpan.FromMilliseconds(300),
        Audit = TimeSpan.FromMilliseconds(60),
        LastingRetry = TimeSpan.FromMilliseconds(50),
    };

    private static readonly GrpcStatus[] Ends =
    [
        new(GrpcStatusCode.Unavailable), new(GrpcStatusCode.Cancelled), new(GrpcStatusCode.Internal, "70001"), new(GrpcStatusCode.Ok),
        new(GrpcStatusCode.ResourceExhausted, "80005"), new(GrpcStatusCode.Unknown, "stream terminated by RST_STREAM"),
    ];

    [Fact]
    public async Task After_any_faults_every_missed_span_is_told_none_twice_and_no_subscription_is_left_out()
    {
        var seed = Seed.Next(output.WriteLine);

        await Parallel.ForEachAsync(
            Enumerable.Range(0, Schedules),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (number, _) => await RunAsync(seed + number));
    }

    private static async Task RunAsync(int seed)
    {
        var random = new Random(seed);
        var shares = Enumerable.Range(0, Shares).Select(number => Samples.Subscription(number)).ToList();
        var market = new FaultyMarket(shares, TimeProvider.System);
        await using var server = await ScriptedServer.StartAsync();
        server.OnStream = market.ServeAsync;
        await using var harness = new StreamHarness(server, Options).Start([.. shares]);
        var seen = new ConcurrentQueue<MarketEvent>();
        var reading = ReadAsync(harness, seen);
        using var closing = new CancellationTokenSource();
        var trading = TradeAsync(market, closing.Token);

        for (var fault = random.Next(2, 7); fault > 0; fault--)
        {
            await PauseAsync(random.Next(60));
            Break(market, random);
        }
        var healed = await HealAsync(market, seen, shares, seed);
        await closing.CancelAsync();
        await trading;

        Check(market, [.. seen], shares, healed, seed);
        await harness.StopAsync();
        await reading;
    }

    private static void Break(FaultyMarket market, Random random)
    {
        switch (random.Next(9))
        {
            case 0:
                market.Current?.Drop();
                break;
            case 1:
                _ = market.Current?.EndAsync(Ends[random.Next(Ends.Length)]);
                break;
            case 2:
                market.Mute();
                break;
            case 3:
                for (var forgotten = random.Next(1, Shares + 1); forgotten > 0; forgotten--)
                    market.Forget(random.Next(Shares));
                break;
            case 4:
                market.RefuseNext = random.Next(1, 4);
                market.Current?.Drop();
                break;
            case 5:
                market.CutNext = random.Next(1, 3);
                market.Current?.Drop();
                break;
            case 6:
                market.IgnoreNext = random.Next(1, 4);
                market.Current?.Drop();
                break;
            case 7:
                for (var failures = random.Next(1, 4); failures > 0; failures--)
                    market.EndNext.Enqueue(Ends[random.Next(Ends.Length)]);
                market.Current?.Drop();
                break;
            case 8:
                _ = market.Current?.SendRawAsync([9, 0, 0, 0, 1, 1]);
                break;
        }
    }

    /// <summary>Waits until the market serves every share again and the client has heard of each of them since.</summary>
    private static async Task<DateTimeOffset> HealAsync(
        FaultyMarket market, ConcurrentQueue<MarketEvent> seen, List<StreamSubscription> shares, int seed)
    {
        await Eventually.TrueAsync(() => market.Active == shares.Count, promise: $"every share is subscribed again, schedule {seed}");
        var healed = TimeProvider.System.GetUtcNow();
        await Eventually.TrueAsync(
            () => CandlesOf(seen).Where(candle => candle.LastTradeTime > healed).Select(candle => candle.Figi).Distinct().Count() == shares.Count,
            promise: $"every share is heard of again, schedule {seed}");
        return healed;
    }

    private static void Check(
        FaultyMarket market, List<MarketEvent> seen, List<StreamSubscription> shares, DateTimeOffset healed, int seed)
    {
        foreach (var share in shares)
        {
            var begin = seen.OfType<Subscribed>().First(one => one.Subscription == share).At;
            var received = CandlesOf(seen).Where(candle => candle.Figi == share.Figi).Select(candle => candle.LastTradeTime!.Value).ToHashSet();
            var told = seen.OfType<SpanMissed>().Where(one => one.Subscription == share);
            var spans = told.Select(one => one.Missed).OrderBy(span => span.From).ToList();

            var forgotten = market.TradesOf(share)
                .Where(trade => trade > begin && trade <= healed && !received.Contains(trade) && !spans.Any(span => span.Contains(trade))).ToList();
            Assert.True(
                forgotten.Count == 0,
                $"schedule {seed}: {share} neither received nor told as missed: {string.Join(", ", forgotten.Select(at => $"{at:O}"))}");
            for (var span = 1; span < spans.Count; span++)
                Assert.True(spans[span - 1].To <= spans[span].From, $"schedule {seed}: {share} told twice: {spans[span - 1]} and {spans[span]}");
            Assert.All(spans, span => Assert.True(span.From >= begin, $"schedule {seed}: {span} begins before the first subscription of {share}"));
        }
    }

    private static IEnumerable<Candle> CandlesOf(IEnumerable<MarketEvent> seen) => seen.OfType<CandleReceived>().Select(one => one.Candle);

    private static async Task ReadAsync(StreamHarness harness, ConcurrentQueue<MarketEvent> seen)
    {
        await foreach (var one in harness.Stream.Events.ReadAllAsync())
            seen.Enqueue(one);
    }

    private static async Task TradeAsync(FaultyMarket market, CancellationToken close)
    {
        while (!close.IsCancellationRequested)
        {
            market.Trade();
            await PauseAsync(5);
        }
    }

    private static Task PauseAsync(int milliseconds) => Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System);
}
