using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Contracts.Rates;
using StockPipeline.Hosting.Telemetry;
using StockPipeline.RatesApi.Answers;
using StockPipeline.RatesApi.Connections;
using StockPipeline.RatesApi.History;
using StockPipeline.RatesApi.Live;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.Bench.Rates;

/// <summary>The rates API in a process of its own, its table of 500 pairs fed from memory a thousand times a second.</summary>
internal static class AnswersServer
{
    public const string Part = "rates-answers-server";

    public const int Pairs = 500;

    private const int ChangesAtOnce = 20;

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(20);

    public static async Task<int> RunAsync()
    {
        // As the program itself does.
        InlineSockets.Prefer();
        var (clock, counts) = (TimeProvider.System, new ApiCounts(Metrics.Of("bench", TimeProvider.System)));
        var book = new AnswerBook(clock);
        Feed(book, clock, 0, Pairs, 1);
        var routes = new RatesRoutes(book, new RateHistory(), new LiveStream(book, counts, clock), counts);
        await using var server = await RatesServer.StartAsync(
            new IPEndPoint(IPAddress.Loopback, 0), new FastLane(book, counts, clock), routes, _ => { }, NullLoggerFactory.Instance, default);
        await Console.Out.WriteLineAsync(server.Port.ToString(CultureInfo.InvariantCulture));
        using var timer = new PeriodicTimer(Between, clock);
        for (var round = 0; await timer.WaitForNextTickAsync(); round++)
            Feed(book, clock, round * ChangesAtOnce % Pairs, ChangesAtOnce, round);
        return 0;
    }

    /// <summary>Every second asset is priced as others are over a third.</summary>
    private static void Feed(AnswerBook book, TimeProvider clock, int first, int count, long sequence)
    {
        var now = clock.GetUtcNow();
        var records = new TableRecord<Rate>[count];
        for (var i = 0; i < count; i++)
        {
            var price = 100 + (sequence % 1_000) + (i / 100m);
            var pair = RatePair.Parse(string.Create(CultureInfo.InvariantCulture, $"coin-{(first + i) % Pairs:000}-usd"));
            var rate = new Rate
            {
                Pair = pair, Source = "bench", Symbol = "X",
                Price = price, Kind = RateKind.Trade, EventTime = now, ReceivedTime = now, ProvenTime = now, Sequence = sequence,
                MaxAge = TimeSpan.FromMinutes(1), Priority = 100, MinuteOpen = price, MinuteHigh = price, MinuteLow = price, MinuteUpdates = 1,
            };
            records[i] = new TableRecord<Rate>(Encoding.ASCII.GetBytes(rate.Key.ToString()), rate, sequence, now.ToUnixTimeMilliseconds());
        }
        book.Take(0, records);
    }
}
