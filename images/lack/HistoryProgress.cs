using StockPipeline.Contracts.Keys;
using StockPipeline.Hosting.Telemetry;
using StockPipeline.Lack.Counting;
using StockPipeline.Workers;
using StockPipeline.Workers.Ledger;

namespace StockPipeline.Lack;

/// <summary>How far the loading of history is, as metrics: candles there of candles wanted, tasks that wait, and how long they will take.</summary>
internal sealed class HistoryProgress
{
    private readonly LedgerTable ledger;
    private readonly TimeProvider clock;
    private readonly Labelled<Gauge> there;
    private readonly Labelled<Gauge> wanted;

    public HistoryProgress(PipelineClient client, LedgerTable ledger)
    {
        (this.ledger, clock) = (ledger, client.Clock);
        there = client.Metrics.Gauges("stockpipeline_lack_candles", "Closed candles there, of those that are needed.", "interval");
        wanted = client.Metrics.Gauges(
            "stockpipeline_lack_candles_wanted", "Closed candles there will be: as many as are needed, or as history has.", "interval");
        client.Metrics.Ask("stockpipeline_history_waiting_tasks", "Tasks that history has not come to yet.", () => Ask(queue => queue.Tasks));
        client.Metrics.Ask(
            "stockpipeline_history_waiting_requests", "Requests to the exchange that those tasks take at most.", () => Ask(queue => queue.Calls));
        client.Metrics.Ask(
            "stockpipeline_history_seconds_left", "How long those tasks will take at the pace of the last minutes; not a number while there is none.",
            () => Ask(queue => queue.Left(clock.GetUtcNow())?.TotalSeconds ?? double.NaN));
    }

    public void Tell(IEnumerable<KeyValuePair<SeriesKey, LackCounter>> counters)
    {
        foreach (var interval in counters.GroupBy(one => one.Key.Interval))
        {
            there.With(interval.Key.Name).Set(interval.Sum(one => one.Value.There));
            wanted.With(interval.Key.Name).Set(interval.Sum(one => one.Value.Wanted));
        }
    }

    private double Ask(Func<HistoryQueue, double> question)
    {
        lock (ledger.Gate)
            return question(ledger.Queue);
    }
}
