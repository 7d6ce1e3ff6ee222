using StockPipeline.Calendar;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Gaps.Finding;
using StockPipeline.Hosting.Status;
using StockPipeline.Hosting.Telemetry;
using StockPipeline.Streaming.Tables;
using StockPipeline.Workers;
using StockPipeline.Workers.Ledger;

namespace StockPipeline.Gaps;

/// <summary>The partitions this replica owns, and the look at all of their instruments between the batches.</summary>
internal sealed class GapsTables : ITableHandler
{
    /// <summary>A partition is left alone for so long after it was read: its last owner's words are still to be read in the ledger.</summary>
    private static readonly TimeSpan Hesitation = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan StaleAfter = TimeSpan.FromMinutes(2);

    private readonly Dictionary<int, Partition> partitions = [];
    private readonly List<LedgerStep> say = [];
    private readonly GapsSettings settings;
    private readonly TimeProvider market;
    private readonly TimeProvider clock;
    private readonly ConfigTable config;
    private readonly LedgerTable ledger;
    private readonly Lock gate;
    private readonly Action<IReadOnlyList<LedgerStep>> write;
    private readonly ILogger log;
    private readonly HealthCheck ready;
    private readonly LoopProgress pulse;
    private readonly Counter requests;
    private readonly Counter audits;
    private readonly Counter badKeys;
    private ConfigSnapshot followed = ConfigSnapshot.Empty;
    private Dictionary<Figi, ExchangeSchedule> schedules = [];

    public GapsTables(
        PipelineClient client, GapsSettings settings, TimeProvider market, ConfigTable config, LedgerTable ledger, Lock gate,
        Action<IReadOnlyList<LedgerStep>> write)
    {
        (this.settings, this.market, this.config, this.ledger, this.gate, this.write) = (settings, market, config, ledger, gate, write);
        var context = client.Context;
        clock = context.Clock;
        log = context.Logger<GapsService>();
        ready = context.Health.Check("candles");
        ready.Starting("candles are being read");
        pulse = context.Health.Loop("looking", StaleAfter);
        requests = context.Metrics.Counter("stockpipeline_gaps_requests_total", "Holes history was asked about, repetitions included.");
        audits = context.Metrics.Counter("stockpipeline_gaps_audits_total", "Stretches history was asked to compare again.");
        badKeys = context.Metrics.Errors("key");
    }

    public void Take(int partition, ReadOnlySpan<TableRecord<Candle>> records)
    {
        var owned = partitions[partition];
        lock (gate)
        {
            foreach (ref readonly var record in records)
            {
                // A forming candle is none yet: should its stream die, the slot is a hole like any other.
                if (record.Value is { } candle)
                {
                    if (candle.Final)
                        Take(Of(owned, candle.Figi), candle);
                }
                else if (Key(record.Key, record.Offset) is { } key && owned.Instruments.TryGetValue(key.Figi, out var bereft))
                {
                    bereft.Gaps.Remove(key.OpenTime);
                    bereft.Audit.Remove(key.OpenTime);
                }
            }
        }
        pulse.Beat();
    }

    public void Assigned(int partition)
    {
        partitions[partition] = new Partition();
        ready.Starting("candles are being read");
    }

    public void CaughtUp(int partition)
    {
        var owned = partitions[partition];
        owned.ReadAt = clock.GetTimestamp();
        Log.PartitionRead(log, settings.Interval, partition, owned.Instruments.Count);
    }

    public void AllCaughtUp() => ready.Ready();

    public void Revoked(int partition) => partitions.Remove(partition);

    public void Tick()
    {
        pulse.Beat();
        if (!config.Complete.IsCompleted)
            return;
        lock (gate)
        {
            if (!ledger.IsComplete)
                return;
            Follow(config.Current);
            var now = new Moment(market.GetUtcNow(), clock.GetUtcNow());
            foreach (var owned in partitions.Values)
            {
                if (owned.ReadAt is { } readAt && clock.GetElapsedTime(readAt) >= Hesitation)
                    Look(owned, now);
            }
            WithdrawRemoved();
            Tell();
        }
    }

    private void Look(Partition owned, Moment now)
    {
        foreach (var (figi, work) in owned.Instruments)
        {
            if (!schedules.TryGetValue(figi, out var schedule))
                continue;
            var instrument = followed.Instruments[figi];
            work.Gaps.Evaluate(now, schedule, settings.Interval == Interval.OneDay ? instrument.FirstDayCandle : instrument.FirstMinuteCandle, say);
            if (work.Audit.Due(now.Market, Guid.NewGuid) is { } task)
                say.Add(LedgerStep.Only(task));
        }
    }

    /// <summary>Nobody waits any longer for answers about an instrument that is no longer worked on.</summary>
    private void WithdrawRemoved()
    {
        foreach (var (key, entries) in ledger.Series)
        {
            if (entries.Open.Count == 0 || followed.Instruments.ContainsKey(key.Figi) || !Owns(key.Figi))
                continue;
            foreach (var step in InstrumentGaps.Withdraw(entries))
            {
                ledger.Write(step);
                say.Add(step);
            }
        }
    }

    private void Tell()
    {
        if (say.Count == 0)
            return;
        write(say);
        foreach (var step in say)
        {
            if (step.Task is not { } task)
                continue;
            (task.Reason == HistoryReason.Audit ? audits : requests).Increment();
            if (step.Entry is { } entry)
                Log.Asked(log, entry.Figi, entry.Missing, entry.Interval, entry.From, entry.To, entry.Attempts);
        }
        say.Clear();
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

    private bool Owns(Figi figi) =>
        partitions.TryGetValue(FigiPartition.Of(figi, Contracts.Topics.PipelineTopics.SeriesPartitions), out var owned) && owned.ReadAt is not null;

    private Work Of(Partition owned, Figi figi)
    {
        if (!owned.Instruments.TryGetValue(figi, out var work))
        {
            var gaps = new InstrumentGaps(figi, settings, ledger.Of(figi, settings.Interval), Guid.NewGuid);
            owned.Instruments.Add(figi, work = new Work(gaps, new Audit(figi, settings)));
        }
        return work;
    }

    private static void Take(Work work, Candle candle)
    {
        work.Gaps.Take(candle.OpenTime);
        work.Audit.Take(candle);
    }

    private CandleKey? Key(string text, long offset)
    {
        try
        {
            return CandleKey.Parse(text);
        }
        catch (FormatException unreadable)
        {
            badKeys.Increment();
            Log.KeyUnreadable(log, offset, unreadable.Message);
            return null;
        }
    }

    private sealed record Work(InstrumentGaps Gaps, Audit Audit);

    private sealed class Partition
    {
        public Dictionary<Figi, Work> Instruments { get; } = [];

        public long? ReadAt { get; set; }
    }
}
