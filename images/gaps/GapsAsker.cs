using StockPipeline.Calendar;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Gaps.Finding;
using StockPipeline.Hosting.Telemetry;
using StockPipeline.Workers;
using StockPipeline.Workers.Asking;
using StockPipeline.Workers.Ledger;

namespace StockPipeline.Gaps;

/// <summary>The holes of every instrument of one interval, and when each is audited.</summary>
internal sealed class GapsAsker(PipelineClient client, GapsSettings settings, LedgerTable ledger) : IAsker
{
    private readonly ILogger log = client.Logger<GapsWorker>();
    private readonly Counter requests =
        client.Metrics.Counter("stockpipeline_gaps_requests_total", "Holes history was asked about, repetitions included.");
    private readonly Counter audits = client.Metrics.Counter("stockpipeline_gaps_audits_total", "Stretches history was asked to compare again.");
    private readonly Gauge open = client.Metrics.Gauge("stockpipeline_gaps_open", "Holes that are suspected or asked about.");
    private readonly Dictionary<Figi, Work> instruments = [];
    private ConfigSnapshot followed = ConfigSnapshot.Empty;
    private Dictionary<Figi, ExchangeSchedule> schedules = [];

    public void Take(Interval interval, Candle candle)
    {
        if (!instruments.TryGetValue(candle.Figi, out var work))
        {
            var gaps = new InstrumentGaps(candle.Figi, settings, ledger.Of(candle.Figi, interval), Guid.NewGuid);
            instruments.Add(candle.Figi, work = new Work(gaps, new Audit(candle.Figi, settings)));
        }
        work.Gaps.Take(candle.OpenTime);
        work.Audit.Take(candle);
    }

    public void Remove(Interval interval, CandleKey key)
    {
        if (!instruments.TryGetValue(key.Figi, out var bereft))
            return;
        bereft.Gaps.Remove(key.OpenTime);
        bereft.Audit.Remove(key.OpenTime);
    }

    public void Drop(Predicate<Figi> gone)
    {
        foreach (var figi in instruments.Keys.Where(figi => gone(figi)).ToList())
            instruments.Remove(figi);
    }

    public void Look(AskingRound round)
    {
        Follow(round.Config);
        foreach (var (figi, work) in instruments)
        {
            if (!schedules.TryGetValue(figi, out var schedule) || !round.IsOurs(figi))
                continue;
            var instrument = followed.Instruments[figi];
            work.Gaps.Evaluate(
                round.Now, schedule, instrument.FirstCandle(settings.Interval), instrument.ToldUntil(round.Now.Market), round.Say);
            foreach (var task in work.Audit.Due(round.Now.Market, Guid.NewGuid))
                round.Say.Add(LedgerStep.Only(task));
        }
        WithdrawRemoved(round);
        open.Set(ledger.Series.Sum(pair => pair.Value.Open.Count));
    }

    public void Said(LedgerStep step)
    {
        if (step.Task is not { } task)
            return;
        (task.Reason == HistoryReason.Audit ? audits : requests).Increment();
        if (step.Entry is { } entry)
            Log.Asked(log, entry.Figi, entry.Missing, entry.Interval, entry.From, entry.To, entry.Attempts);
    }

    /// <summary>Nobody waits any longer for answers about an instrument that is no longer worked on.</summary>
    private void WithdrawRemoved(AskingRound round)
    {
        foreach (var (key, entries) in ledger.Series)
        {
            if (entries.Open.Count == 0 || followed.Instruments.ContainsKey(key.Figi) || !round.IsOurs(key.Figi))
                continue;
            foreach (var step in InstrumentGaps.Withdraw(entries))
            {
                ledger.Write(step);
                round.Say.Add(step);
            }
        }
    }

    /// <summary>Takes over the newest instruments and days; a schedule stays the same object until a day of it changes.</summary>
    private void Follow(ConfigSnapshot current)
    {
        if (ReferenceEquals(current, followed))
            return;
        var sameDays = ReferenceEquals(current.Calendar, followed.Calendar);
        schedules = current.Instruments.Values.ToDictionary(
            instrument => instrument.Figi,
            instrument => sameDays && followed.Instruments.GetValueOrDefault(instrument.Figi) == instrument
                ? schedules[instrument.Figi] : current.Calendar.Of(instrument));
        followed = current;
    }

    private sealed record Work(InstrumentGaps Gaps, Audit Audit);
}
