using StockPipeline.Calendar;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.Hosting.Status;
using StockPipeline.Hosting.Telemetry;
using StockPipeline.Lack.Counting;
using StockPipeline.Streaming.Tables;
using StockPipeline.Workers;
using StockPipeline.Workers.Ledger;

namespace StockPipeline.Lack;

/// <summary>The partitions this replica owns, and the count of all of their series between the batches.</summary>
internal sealed class LackTables : ITableHandler
{
    /// <summary>A partition is left alone for so long after it was read: its last owner's words are still to be read in the ledger.</summary>
    private static readonly TimeSpan Hesitation = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan StaleAfter = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan ForgetEvery = TimeSpan.FromHours(6);

    /// <summary>How far back candles are asked for where they are kept without end.</summary>
    private static readonly TimeSpan LongestKept = TimeSpan.FromDays(3_650);

    private readonly Dictionary<int, long?> partitions = [];
    private readonly Dictionary<SeriesKey, LackCounter> counters = [];
    private readonly List<LedgerStep> say = [];
    private readonly PipelineClient client;
    private readonly LackSettings settings;
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
    private readonly Counter badKeys;
    private DateTimeOffset forgot = DateTimeOffset.MinValue;

    public LackTables(
        PipelineClient client, LackSettings settings, TimeProvider market, ConfigTable config, LedgerTable ledger, Lock gate,
        Action<IReadOnlyList<LedgerStep>> write)
    {
        (this.client, this.settings, this.market, this.config) = (client, settings, market, config);
        (this.ledger, this.gate, this.write) = (ledger, gate, write);
        var context = client.Context;
        clock = context.Clock;
        log = context.Logger<LackService>();
        ready = context.Health.Check("candles");
        ready.Starting("candles are being read");
        pulse = context.Health.Loop("counting", StaleAfter);
        requests = context.Metrics.Counter("stockpipeline_lack_requests_total", "Ranges history was asked for, repetitions included.");
        badKeys = context.Metrics.Errors("key");
    }

    public void Take(Interval interval, int partition, ReadOnlySpan<TableRecord<Candle>> records)
    {
        lock (gate)
        {
            foreach (ref readonly var record in records)
            {
                if (record.Value is { } candle)
                {
                    if (candle.Final)
                        Of(new SeriesKey(candle.Figi, interval)).Take(candle.OpenTime);
                }
                else if (Key(record.Key, record.Offset) is { } key && counters.TryGetValue(new SeriesKey(key.Figi, interval), out var counter))
                {
                    counter.Remove(key.OpenTime);
                }
            }
        }
        pulse.Beat();
    }

    public void Assigned(int partition)
    {
        Drop(partition);
        partitions[partition] = null;
        ready.Starting("candles are being read");
    }

    public void CaughtUp(int partition)
    {
        partitions[partition] = clock.GetTimestamp();
        Log.PartitionRead(log, partition, counters.Keys.Count(key => PartitionOf(key.Figi) == partition));
    }

    public void AllCaughtUp() => ready.Ready();

    public void Revoked(int partition)
    {
        partitions.Remove(partition);
        Drop(partition);
    }

    public void Tick()
    {
        pulse.Beat();
        if (!config.Complete.IsCompleted)
            return;
        lock (gate)
        {
            if (!ledger.IsComplete)
                return;
            var (now, machine, current) = (market.GetUtcNow(), clock.GetUtcNow(), config.Current);
            Forget(now);
            foreach (var instrument in current.Instruments.Values)
            {
                if (partitions.GetValueOrDefault(PartitionOf(instrument.Figi)) is { } readAt && clock.GetElapsedTime(readAt) >= Hesitation)
                    Look(instrument, current.Calendar.Of(instrument), now, machine);
            }
            Tell();
        }
    }

    private void Look(Instrument instrument, ExchangeSchedule schedule, DateTimeOffset now, DateTimeOffset machine)
    {
        foreach (var interval in Interval.All)
        {
            var begins = interval == Interval.OneDay ? instrument.FirstDayCandle : instrument.FirstMinuteCandle;
            if (Of(new SeriesKey(instrument.Figi, interval)).Evaluate(now, machine, schedule, begins) is { } step)
                say.Add(step);
        }
    }

    private void Tell()
    {
        if (say.Count == 0)
            return;
        write(say);
        foreach (var step in say)
        {
            if (step.Entry is not { } entry)
                continue;
            requests.Increment();
            var count = counters[new SeriesKey(entry.Figi, entry.Interval)].Count;
            Log.Asked(log, entry.Figi, count, settings.Needed[entry.Interval], entry.Interval, entry.From, entry.To, entry.Attempts);
        }
        say.Clear();
    }

    private void Forget(DateTimeOffset now)
    {
        if (now - forgot < ForgetEvery)
            return;
        forgot = now;
        foreach (var counter in counters.Values)
            counter.Forget(now);
    }

    private void Drop(int partition)
    {
        foreach (var key in counters.Keys.Where(key => PartitionOf(key.Figi) == partition).ToList())
            counters.Remove(key);
    }

    private static int PartitionOf(Figi figi) => FigiPartition.Of(figi, PipelineTopics.SeriesPartitions);

    private LackCounter Of(SeriesKey key)
    {
        if (!counters.TryGetValue(key, out var counter))
        {
            var kept = client.Topics.Candles(key.Interval).Retention ?? LongestKept;
            counter = new LackCounter(
                key, settings.Needed[key.Interval], settings.Depth, kept, settings.Reask, ledger.Of(key.Figi, key.Interval), Guid.NewGuid);
            counters.Add(key, counter);
        }
        return counter;
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
}
