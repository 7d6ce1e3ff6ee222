using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Streams;
using StockPipeline.MarketTests.Streams;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.MarketTests.Virtual;

public sealed class FaultScheduleTests(ITestOutputHelper output)
{
    private const int Schedules = 100;

    private const int Shares = 12;

    private static readonly TimeSpan BetweenTrades = TimeSpan.FromMilliseconds(10);

    /// <summary>Longer than any pause, deadline and retry of the client together.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(4);

    private static readonly MarketStreamOptions Options = StreamHarness.Quick with
    {
        Portion = 5,
        RequestsPerMinute = 10_000,
        Silence = TimeSpan.FromMilliseconds(400),
        Answer = TimeSpan.FromMilliseconds(300),
        Audit = TimeSpan.FromMilliseconds(60),
        LastingRetry = TimeSpan.FromMilliseconds(50),
    };

    private static readonly Status[] Ends =
    [
        new(StatusCode.Unavailable, ""), new(StatusCode.Cancelled, ""), new(StatusCode.Internal, "70001"), Status.DefaultSuccess,
        new(StatusCode.ResourceExhausted, "80005"), new(StatusCode.Unknown, "stream terminated by RST_STREAM"),
    ];

    [Fact]
    public void After_any_faults_every_missed_span_is_told_none_twice_and_no_subscription_is_left_out()
    {
        var seed = Seed.Next(output.WriteLine);

        var missed = Enumerable.Range(0, Schedules).Sum(number => Run(seed + number));

        output.WriteLine($"{missed} spans missed");
        Assert.True(missed > Schedules);
    }

    /// <summary>Runs one schedule of faults and gives the number of spans that were told as missed.</summary>
    private static int Run(int seed)
    {
        var random = new Random(seed);
        using var time = new VirtualTime(Samples.Utc(2026, 1, 5, 10));
        var shares = Enumerable.Range(0, Shares).Select(number => Samples.Subscription(number)).ToList();
        var market = new FaultyMarket(time, shares, random);
        var stream = new MarketStream(
            market.Open, Options, GetCandlesRequest.Types.CandleSource.Exchange, new StreamClocks(time.Clock, time.Clock),
            NullLogger<MarketStream>.Instance, random.NextDouble);
        using var stopping = new CancellationTokenSource();
        using var trading = time.Clock.CreateTimer(_ => market.Trade(), null, BetweenTrades, BetweenTrades);
        var seen = new List<MarketEvent>();
        stream.Want(shares);
        var running = stream.RunAsync(stopping.Token);

        for (var fault = random.Next(2, 20); fault > 0; fault--)
        {
            time.Pass(TimeSpan.FromMilliseconds(random.Next(100)));
            Break(time, market, random);
        }
        time.Pass(Quiet);
        var end = time.Now - Options.Audit;
        while (stream.Events.TryRead(out var one))
            seen.Add(one);
        Check(market, seen, shares, end, seed);

        stopping.Cancel();
        time.Settle();
        Assert.True(running.IsCompletedSuccessfully, $"schedule {seed}: {running.Exception}");
        return seen.OfType<SpanMissed>().Count();
    }

    private static void Break(VirtualTime time, FaultyMarket market, Random random)
    {
        switch (random.Next(11))
        {
            case 0:
                market.Current?.Drop();
                break;
            case 1:
                market.Current?.End(Ends[random.Next(Ends.Length)]);
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
                market.Current?.End(new Status(StatusCode.Internal, "malformed message"));
                break;
            case 9:
                market.ConcealNext = random.Next(1, 3);
                market.Current?.Drop();
                break;
            case 10:
                market.SlowUntil = time.Now + TimeSpan.FromMilliseconds(random.Next(500));
                market.Delay = TimeSpan.FromMilliseconds(random.Next(600));
                break;
        }
    }

    private static void Check(FaultyMarket market, List<MarketEvent> seen, List<StreamSubscription> shares, DateTimeOffset end, int seed)
    {
        foreach (var share in shares)
        {
            var begin = seen.OfType<Subscribed>().First(one => one.Subscription == share).At;
            var received = seen.OfType<CandleReceived>().Select(one => one.Candle)
                .Where(candle => candle.Figi == share.Figi).Select(candle => candle.LastTradeTime!.Value).ToHashSet();
            var spans = seen.OfType<SpanMissed>().Where(one => one.Subscription == share).Select(one => one.Missed)
                .OrderBy(span => span.From).ToList();

            Assert.True(received.Max() > end, $"schedule {seed}: nothing is heard of {share} any more");
            var forgotten = market.TradesOf(share)
                .Where(trade => trade > begin && trade <= end && !received.Contains(trade) && !spans.Any(span => span.Contains(trade))).ToList();
            Assert.True(
                forgotten.Count == 0,
                $"schedule {seed}: {share} neither received nor told as missed: {string.Join(", ", forgotten.Select(at => $"{at:mm:ss.fff}"))}");
            for (var span = 1; span < spans.Count; span++)
                Assert.True(spans[span - 1].To <= spans[span].From, $"schedule {seed}: {share} told twice: {spans[span - 1]} and {spans[span]}");
            Assert.All(spans, span => Assert.True(span.From >= begin, $"schedule {seed}: {span} begins before the first subscription of {share}"));
        }
    }
}
