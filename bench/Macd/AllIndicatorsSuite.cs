using StockPipeline.Bench.Measure;
using StockPipeline.Contracts.Topics;
using StockPipeline.Indicators.Catalogue;

namespace StockPipeline.Bench.Macd;

/// <summary>
/// One worker with every indicator of the catalogue that has a topic beside MACD's: how soon it has the values of a full history, what it holds in
/// memory with it, how many values a second it brings to the brokers beside a bare loop that writes as many records of the same length to as many
/// topics, and how soon the values that a corrected candle changes can be read.
/// </summary>
internal sealed class AllIndicatorsSuite : ISuite
{
    private const int History = 3_000;
    private const int MinutesPerRound = 40;
    private const int CorrectedBack = 2_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public string Name => "all-indicators";

    public async Task RunAsync(Report report)
    {
        var indicators = IndicatorCatalogue.All.Where(kind => kind.Description.Name != "macd").Select(kind => kind.With()).ToList();
        var topics = new PipelineTopics(PipelineTopics.DefaultConfigTopic, PipelineTopics.DefaultMacdPrefix, indicators.Select(one => one.Slug));
        await using var site = await Site.StartAsync(onApacheKafka: false, topics, copies: indicators.Count);
        var feed = new CandleFeed(site);
        await feed.BringAsync(History);
        var values = indicators.ConvertAll(indicator => PipelineTopics.OfIndicator(indicator.Slug, Site.Interval));

        var started = TimeProvider.System.GetTimestamp();
        var worker = site.StartWorker("IndicatorService", ("INDICATORS", string.Join(' ', indicators)));
        var race = new WorkerRace(site, feed, worker, values);
        await race.HoldMoreAsync(which => (History - indicators[which].Reach.First) * (long)CandleFeed.Instruments, Patience);
        var took = TimeProvider.System.GetElapsedTime(started);
        report.Add($"{CandleFeed.Instruments} x {History:#,0} candles to {indicators.Count} indicators", took.TotalSeconds, "s");
        report.Add("  resident then", race.Resident, "MB", Bar.AtMost(300));

        var (ours, copied, ratio) = await race.RunAsync(MinutesPerRound, values.ConvertAll(topic => site.Sample(topic).Length));
        report.Add($"written to {indicators.Count} topics by a bare loop", copied, "records/s");
        report.Add("values written by the worker", ours, "records/s");
        foreach (var warning in race.Warnings)
            report.Say(warning);
        report.AddRatio("  beside the bare loop, middle of rounds", ratio, Bar.AtLeast(0.7));
        report.Add("  resident then", race.Resident, "MB", Bar.AtMost(300));

        var corrections = await new SeenCorrections(site, feed, indicators).MeasureAsync(CorrectedBack);
        report.Add($"a candle corrected {CorrectedBack:#,0} back, until its last value is read", corrections.Middle, "ms", Bar.AtMost(50));
        report.Add("  the slowest of them", corrections.Slowest, "ms");
        report.Add("  values that changed", corrections.Changed, "");
        report.Add("  said though they had not changed, or said wrong", corrections.Wrong, "", Bar.AtMost(0));
        report.Add("  changed and not said", corrections.Missing, "", Bar.AtMost(0));
    }
}
