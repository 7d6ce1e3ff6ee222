using StockPipeline.Bench.Measure;
using StockPipeline.Contracts.Topics;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.Bench.Macd;

/// <summary>
/// One MACD worker as it is deployed: how soon it has the values of a history, and how many candles a second it turns into values beside a bare
/// loop that copies as many records on the same broker. On ours, and on Apache Kafka where KAFKA_HOME names one; there beside Kafka Streams as well,
/// where KAFKA_STREAMS_HOME names that.
/// </summary>
internal sealed class MacdSuite : ISuite
{
    private const int History = 1_000;
    private const int MinutesPerRound = 2_000;

    /// <summary>A few seconds' work, so that its compiler has little share in it.</summary>
    private const long Streamed = 2_000_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public string Name => "macd";

    public async Task RunAsync(Report report)
    {
        await RunAsync(report, onApacheKafka: false);
        if (ApacheKafka.Home is not null)
            await RunAsync(report, onApacheKafka: true);
        else
            report.Say($"not compared on Apache Kafka, nor with Kafka Streams: {ApacheKafka.HomeVariable} is not set");
    }

    private static async Task RunAsync(Report report, bool onApacheKafka)
    {
        var broker = onApacheKafka ? "Apache Kafka" : "our broker";
        await using var site = await Site.StartAsync(onApacheKafka, PipelineTopics.Default, copies: 1);
        var feed = new CandleFeed(site);
        await feed.BringAsync(History);

        var started = TimeProvider.System.GetTimestamp();
        var worker = site.StartWorker("Macd");
        var race = new WorkerRace(site, feed, worker, [site.Topics.Macd(Site.Interval)]);
        await race.HoldMoreAsync(_ => (History - IndicatorCatalogue.Parse("macd").Reach.First) * (long)CandleFeed.Instruments, Patience);
        report.Add(
            $"{CandleFeed.Instruments} x {History:#,0} candles to values, {broker}", TimeProvider.System.GetElapsedTime(started).TotalSeconds, "s",
            Bar.AtMost(4));
        report.Add("  resident then", race.Resident, "MB", Bar.AtMost(145));

        var (ours, copied, ratio) = await race.RunAsync(MinutesPerRound, [CopyLoop.ValueBytes]);
        report.Add($"copied by a bare loop, {broker}", copied, "records/s");
        report.Add($"candles to values, {broker}", ours, "candles/s");
        foreach (var warning in race.Warnings)
            report.Say(warning);
        report.AddRatio("  beside the bare loop, middle of rounds", ratio, Bar.AtLeast(0.85));
        report.Add("  resident then", race.Resident, "MB", Bar.AtMost(145));
        if (!onApacheKafka)
            return;
        if (ApacheKafka.StreamsHome is not { } home)
        {
            report.Say($"not compared with Kafka Streams: {ApacheKafka.StreamsVariable} is not set");
            return;
        }
        await worker.DisposeAsync();
        var streams = new KafkaStreams(home, site.Connection.BootstrapServers, site.Topics.Candles(Site.Interval), site.Streamed);
        foreach (var (guarantee, bar) in new[] { ("at_least_once", 2.0), ("exactly_once_v2", 2.3) })
        {
            var theirs = await streams.RateAsync(guarantee, Streamed);
            report.Add($"Kafka Streams, {guarantee}", theirs, "candles/s");
            report.AddRatio("  ours beside it", ours / theirs, Bar.AtLeast(bar));
        }
    }
}
