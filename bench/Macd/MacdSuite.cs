using System.Diagnostics;
using StockPipeline.Bench.Measure;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Testing;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.Bench.Macd;

/// <summary>
/// One MACD worker as it is deployed: how soon it has the values of a history, and how many candles a second it turns into values beside a bare
/// loop that copies as many records on the same broker. On ours, and on Apache Kafka where KAFKA_HOME names one.
/// </summary>
internal sealed class MacdSuite : ISuite
{
    private const int History = 1_000;
    private const int MinutesPerRound = 2_000;
    private const int RecordsPerRound = MinutesPerRound * CandleFeed.Instruments;
    private const int Rounds = 5;
    private const int Stop = 19;
    private const int Continue = 18;
    private const double Megabyte = 1_000_000;

    /// <summary>Twice what Kafka Streams reaches at least once on such a machine.</summary>
    private const double TwiceKafkaStreams = 250_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public string Name => "macd";

    public async Task RunAsync(Report report)
    {
        await RunAsync(report, onApacheKafka: false);
        if (ApacheKafka.Home is not null)
            await RunAsync(report, onApacheKafka: true);
    }

    private static async Task RunAsync(Report report, bool onApacheKafka)
    {
        var broker = onApacheKafka ? "Apache Kafka" : "our broker";
        await using var site = await Site.StartAsync(onApacheKafka);
        var feed = new CandleFeed(site);
        var values = site.Topics.Macd(Site.Interval);
        await feed.BringAsync(History);

        var started = TimeProvider.System.GetTimestamp();
        var worker = site.StartWorker();
        var expected = (History - IndicatorCatalogue.Parse("macd").Reach.First) * (long)CandleFeed.Instruments;
        await site.HoldsAsync(values, expected, Patience, worker);
        report.Add(
            $"{CandleFeed.Instruments} x {History:#,0} candles to values, {broker}", TimeProvider.System.GetElapsedTime(started).TotalSeconds, "s",
            Bar.AtMost(4));
        report.Add("  resident then", Resident(worker), "MB", Bar.AtMost(150));

        var rounds = new List<(double Ours, double Copy)>();
        for (var round = 0; round <= Rounds; round++)
        {
            // The candles are there before either begins; the worker sleeps meanwhile, for less than a session.
            var from = site.Ends(site.Topics.Candles(Site.Interval));
            worker.Signal(Stop);
            await feed.BringAsync(MinutesPerRound);
            expected += RecordsPerRound;
            // Who goes first finds the broker as the feed has left it, so each does in turn.
            var copyFirst = round % 2 == 0;
            var copy = copyFirst ? await CopyAsync(site, from) : 0;
            var began = TimeProvider.System.GetTimestamp();
            worker.Signal(Continue);
            await site.HoldsAsync(values, expected, Patience, worker);
            var ours = RecordsPerRound / TimeProvider.System.GetElapsedTime(began).TotalSeconds;
            copy = copyFirst ? copy : await CopyAsync(site, from);
            // The first round is for the compiler.
            if (round > 0)
                rounds.Add((ours, copy));
        }
        var turned = Middle(rounds.Select(round => round.Ours));
        report.Add($"copied by a bare loop, {broker}", Middle(rounds.Select(round => round.Copy)), "records/s");
        report.Add($"candles to values, {broker}", turned, "candles/s");
        report.AddRatio("  beside the bare loop, middle of rounds", Middle(rounds.Select(round => round.Ours / round.Copy)), Bar.AtLeast(0.8));
        if (onApacheKafka)
            report.Add("  beside twice what Kafka Streams reaches", turned, "candles/s", Bar.AtLeast(TwiceKafkaStreams));
        report.Add("  resident then", Resident(worker), "MB", Bar.AtMost(150));
    }

    private static async Task<double> CopyAsync(Site site, long[] from)
    {
        var loop = new CopyLoop(site.Connection.BootstrapServers);
        var time = await Task.Run(() => loop.Copy(site.Topics.Candles(Site.Interval), from, site.Copies, RecordsPerRound));
        return RecordsPerRound / time.TotalSeconds;
    }

    private static double Middle(IEnumerable<double> figures) => figures.Order().ElementAt(Rounds / 2);

    private static double Resident(ChildProcess worker)
    {
        using var process = Process.GetProcessById(worker.Id);
        return process.WorkingSet64 / Megabyte;
    }
}
