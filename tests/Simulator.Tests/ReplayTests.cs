using System.Text;
using Google.Protobuf;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Time;
using StockPipeline.Market.Api;
using StockPipeline.Market.Contract;
using StockPipeline.Simulator;
using StockPipeline.Simulator.Replay;
using StockPipeline.SimulatorTests.Probing;
using StockPipeline.Testing;

namespace StockPipeline.SimulatorTests;

public sealed class ReplayTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 10, 9, 0, 30, TimeSpan.Zero);

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task What_was_recorded_is_played_again_history_and_stream_alike()
    {
        DateTimeOffset from, until;
        await using var original = await MarketSimulator.StartAsync(new SimulatorOptions { Seed = 5, Start = Noon, Speed = 120 });
        using (var recorder = new Recorder(new RecorderOptions
        {
            Source = new InvestApiOptions { Host = original.Endpoint.ToString(), AccessToken = new Secret("t.record") },
            Folder = folder.Path,
            Tickers = ["SBER", "KAZT"],
            Days = 4,
            Clock = original.Clock,
        }))
        {
            using var stop = new CancellationTokenSource();
            var shares = await recorder.RecordSharesAsync(stop.Token);
            await recorder.RecordHistoryAsync(shares, stop.Token);
            var recording = recorder.RecordStreamAsync(shares, stop.Token);
            await Eventually.TrueAsync(() => Directory.EnumerateFiles(folder.Path, "stream-*.jsonl").Any(file => new FileInfo(file).Length > 0));
            from = Interval.OneMinute.NextOpen(original.Clock.GetUtcNow());
            until = from.AddMinutes(3);
            await Eventually.TrueAsync(() => original.Clock.GetUtcNow() > until.AddMinutes(3));
            await stop.CancelAsync();
            await recording;
        }

        await using var replay = await MarketSimulator.StartAsync(new SimulatorOptions { ReplayFolder = folder.Path });

        Assert.Equal(["KAZT", "SBER"], replay.Market.Listings.Select(listing => listing.Ticker).Order());
        foreach (var ticker in new[] { "SBER", "KAZT" })
        {
            var figi = original.Market.Share(ticker).Figi;
            foreach (var interval in Interval.All)
            {
                var expected = original.Market.Candles(figi, interval, Noon.Date.AddDays(-4), Noon.Date).Select(ApiRequests.Shape);
                Assert.Equal(expected, replay.Market.Candles(figi, interval, Noon.Date.AddDays(-4), Noon.Date).Select(ApiRequests.Shape));
            }
            // Complete minutes of the stream: those that opened after it did.
            var live = original.Market.Candles(figi, Interval.OneMinute, from, until).Select(ApiRequests.Shape);
            Assert.Equal(live, replay.Market.Candles(figi, Interval.OneMinute, from, until).Select(ApiRequests.Shape));
        }
        var played = replay.Market.Candles(original.Market.Share("SBER").Figi, Interval.OneMinute, Noon.AddDays(-9), Noon);
        Assert.Equal(played[0].OpenTime, replay.Clock.Start);
    }

    [Fact]
    public async Task A_line_that_is_no_candle_is_named()
    {
        await File.WriteAllTextAsync(folder.File("SBER_20261109.csv"), """
            e6123145-9665-43e0-8413-cd61b8aa9b13;2026-11-09T07:00:00Z;300;301;302;299;10;
            e6123145-9665-43e0-8413-cd61b8aa9b13;2026-11-09T07:01:00Z;300;301;300.5;299;10;
            """);

        var options = new SimulatorOptions { ReplayFolder = folder.Path };

        var refused = await Assert.ThrowsAsync<InvalidDataException>(() => MarketSimulator.StartAsync(options));

        Assert.Contains("SBER_20261109.csv, line 2", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_that_was_taken_back_gives_way_to_the_last_one()
    {
        var minute = new DateTimeOffset(2026, 11, 9, 7, 0, 0, TimeSpan.Zero);
        var lines = new StringBuilder();
        foreach (var (second, high, volume) in new[] { (5, 310, 40L), (20, 312, 60L), (70, 311, 55L) })
        {
            var candle = new Candle
            {
                InstrumentUid = "e6123145-9665-43e0-8413-cd61b8aa9b13", Interval = SubscriptionInterval.OneMinute,
                Time = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(minute), Open = new Quotation { Units = 309 },
                High = new Quotation { Units = high }, Low = new Quotation { Units = 308 }, Close = new Quotation { Units = 309 }, Volume = volume,
            };
            lines.AppendLine($"{{\"at\":\"{minute.AddSeconds(second):O}\",\"candle\":{JsonFormatter.Default.Format(candle)}}}");
        }
        await File.WriteAllTextAsync(folder.File("stream-1.jsonl"), lines.ToString());

        await using var replay = await MarketSimulator.StartAsync(new SimulatorOptions { ReplayFolder = folder.Path });

        var played = replay.Market.Candle(replay.Market.Share("SBER").Figi, Interval.OneMinute, minute)!;
        Assert.Equal((311m, 308m, 55L), (played.High.ToDecimal(), played.Low.ToDecimal(), played.Volume));
    }
}
