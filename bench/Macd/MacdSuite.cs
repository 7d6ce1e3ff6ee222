using System.Diagnostics;
using StockPipeline.Bench.Measure;
using StockPipeline.Contracts.Records;
using StockPipeline.Indicators.Macd;
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
    private const int Rounds = 3;
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
        var expected = (History - new MacdFactors(MacdParameters.Default).FirstValue) * (long)CandleFeed.Instruments;
        await site.HoldsAsync(values, expected, Patience, worker);
        report.Add(
            $"{CandleFeed.Instruments} x {History:#,0} candles to values, {broker}", TimeProvider.System.GetElapsedTime(started).TotalSeconds, "s",
            Bar.AtMost(4));
        report.Add("  resident then", Resident(worker), "MB", Bar.AtMost(150));

        var (copies, rates) = (new List<double>(), new List<double>());
        for (var round = 0; round <= Rounds; round++)
        {
            // The candles are there before either begins; the worker sleeps meanwhile, for less than a session.
            var from = site.Ends(site.Topics.Candles(Site.Interval));
            worker.Signal(Stop);
            await feed.BringAsync(MinutesPerRound);
            expected += MinutesPerRound * CandleFeed.Instruments;
            var (rate, time) = (MinutesPerRound * CandleFeed.Instruments, TimeProvider.System.GetTimestamp());
            worker.Signal(Continue);
            await site.HoldsAsync(values, expected, Patience, worker);
            var ours = TimeProvider.System.GetElapsedTime(time);
            var copying = await Task.Run(() => new CopyLoop(site.Connection.BootstrapServers)
                .Copy(site.Topics.Candles(Site.Interval), from, site.Copies, rate));
            // The first round is for the compiler.
            if (round == 0)
                continue;
            rates.Add(rate / ours.TotalSeconds);
            copies.Add(rate / copying.TotalSeconds);
        }
        var (copied, turned) = (copies.Order().ElementAt(Rounds / 2), rates.Order().ElementAt(Rounds / 2));
        report.Add($"copied by a bare loop, {broker}", copied, "records/s");
        report.Add($"candles to values, {broker}, beside it", turned, "candles/s", copied, Bar.AtLeast(0.8));
        if (onApacheKafka)
            report.Add("  beside twice what Kafka Streams reaches", turned, "candles/s", Bar.AtLeast(TwiceKafkaStreams));
        report.Add("  resident then", Resident(worker), "MB", Bar.AtMost(150));
    }

    private static double Resident(ChildProcess worker)
    {
        using var process = Process.GetProcessById(worker.Id);
        return process.WorkingSet64 / Megabyte;
    }
}
