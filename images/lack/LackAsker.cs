using StockPipeline.Calendar;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Hosting.Telemetry;
using StockPipeline.Lack.Counting;
using StockPipeline.Workers;
using StockPipeline.Workers.Asking;
using StockPipeline.Workers.Ledger;

namespace StockPipeline.Lack;

/// <summary>The counts of every instrument in each interval.</summary>
internal sealed class LackAsker(PipelineClient client, LackOptions options, ReaskPause reask, LedgerTable ledger) : IAsker
{
    private static readonly TimeSpan ForgetEvery = TimeSpan.FromHours(6);

    /// <summary>How far back candles are asked for where they are kept without end.</summary>
    private static readonly TimeSpan LongestKept = TimeSpan.FromDays(3_650);

    private readonly ILogger log = client.Logger<LackWorker>();
    private readonly Counter requests =
        client.Metrics.Counter("stockpipeline_lack_requests_total", "Ranges history was asked for, repetitions included.");
    private readonly HistoryProgress progress = new(client, ledger);
    private readonly IReadOnlyDictionary<Interval, int> needed = options.Needed;
    private readonly Dictionary<SeriesKey, LackCounter> counters = [];
    private DateTimeOffset forgot = DateTimeOffset.MinValue;

    public void Take(Interval interval, Candle candle) => Of(new SeriesKey(candle.Figi, interval)).Take(candle.OpenTime);

    public void Remove(Interval interval, CandleKey key)
    {
        if (counters.TryGetValue(new SeriesKey(key.Figi, interval), out var counter))
            counter.Remove(key.OpenTime);
    }

    public void Drop(Predicate<Figi> gone)
    {
        foreach (var key in counters.Keys.Where(key => gone(key.Figi)).ToList())
            counters.Remove(key);
    }

    public void Look(AskingRound round)
    {
        Forget(round.Now.Market);
        foreach (var instrument in round.Config.Instruments.Values)
        {
            if (round.IsOurs(instrument.Figi))
                Look(instrument, round.Config.Calendar.Of(instrument), round);
        }
        progress.Tell(counters);
    }

    public void Said(LedgerStep step)
    {
        if (step.Entry is not { } entry)
            return;
        requests.Increment();
        var count = counters[new SeriesKey(entry.Figi, entry.Interval)].Count;
        Log.Asked(log, entry.Figi, count, needed[entry.Interval], entry.Interval, entry.From, entry.To, entry.Attempts);
    }

    private void Look(Instrument instrument, ExchangeSchedule schedule, AskingRound round)
    {
        foreach (var interval in Interval.All)
        {
            var counter = Of(new SeriesKey(instrument.Figi, interval));
            var (market, told) = (round.Now.Market, instrument.ToldUntil(round.Now.Market));
            if (counter.Evaluate(market, told, round.Now.Machine, schedule, instrument.FirstCandle(interval)) is { } step)
                round.Say.Add(step);
        }
    }

    private void Forget(DateTimeOffset now)
    {
        if (now - forgot < ForgetEvery)
            return;
        forgot = now;
        foreach (var counter in counters.Values)
            counter.Forget(now);
    }

    private LackCounter Of(SeriesKey key)
    {
        if (!counters.TryGetValue(key, out var counter))
        {
            var kept = client.Topics.Candles(key.Interval).Retention ?? LongestKept;
            counter = new LackCounter(
                key, needed[key.Interval], options.Depth, kept, reask, ledger.Of(key.Figi, key.Interval), Guid.NewGuid);
            counters.Add(key, counter);
        }
        return counter;
    }
}
