using System.Collections.Frozen;
using StockPipeline.Calendar;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.Workers;

/// <summary>
/// The configuration topic as every worker sees it: read whole, then followed. Hands out immutable snapshots; safe from any thread.
/// </summary>
public sealed class ConfigTable(PipelineClient client) : ITableHandler
{
    private readonly ILogger log = client.Logger<ConfigTable>();
    private readonly Dictionary<Figi, Instrument> instruments = [];
    private readonly TaskCompletionSource<ConfigSnapshot> complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<ConfigSnapshot> next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ConfigSnapshot current = ConfigSnapshot.Empty;
    /// <summary>Days that were read and are not in the calendar yet: it is made anew once for all that come together.</summary>
    private readonly Dictionary<(string Exchange, DateOnly Date), TradingDay> days = [];
    private TradingCalendar calendar = TradingCalendar.Empty;
    private bool caughtUp;

    /// <summary>The newest snapshot; empty until the topic has been read.</summary>
    public ConfigSnapshot Current => current;

    /// <summary>The first complete snapshot.</summary>
    public Task<ConfigSnapshot> Complete => complete.Task;

    /// <summary>Reads until stop is asked for.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var codec = await client.Codecs.ConfigAsync(stop);
        await client.Kafka.ReadTables(TableAssignment.All, this, Table.Of(client.Topics.Config, codec, Take)).RunAsync(stop);
    }

    /// <summary>The newest snapshot as soon as it is another one than <paramref name="known"/>.</summary>
    public async Task<ConfigSnapshot> AfterAsync(ConfigSnapshot known, CancellationToken stop)
    {
        while (true)
        {
            var changed = Volatile.Read(ref next).Task;
            if (!ReferenceEquals(current, known))
                return current;
            await changed.WaitAsync(stop);
        }
    }

    void ITableHandler.OnAssigned(int partition)
    {
        instruments.Clear();
        days.Clear();
        calendar = TradingCalendar.Empty;
        caughtUp = false;
    }

    void ITableHandler.OnAllCaughtUp()
    {
        caughtUp = true;
        Publish();
    }

    private void Take(int partition, ReadOnlySpan<TableRecord<ConfigRecord>> records)
    {
        foreach (ref readonly var record in records)
        {
            try
            {
                Take(ConfigKey.Parse(record.Key), record.Value);
            }
            catch (Exception refused) when (refused is FormatException or ArgumentException)
            {
                // Somebody else wrote it: what it says cannot be true, and everything else still is.
                Log.ConfigRefused(log, record.Offset, refused.Message);
            }
        }
        if (caughtUp)
            Publish();
    }

    private void Take(ConfigKey key, ConfigRecord? record)
    {
        if (key.Figi is { } figi)
        {
            Take(figi, record?.Instrument);
            return;
        }
        if (record?.TradingDay is { } day)
        {
            TradingCalendar.Check(day);
            // Of an inferred day and a real one the calendar keeps the real one, whichever comes later.
            if (!day.Inferred || !days.TryGetValue((day.Exchange, day.Date), out var other) || other.Inferred)
                days[(day.Exchange, day.Date)] = day;
            return;
        }
        days.Remove((key.Exchange, key.Date));
        calendar = calendar.Without(key.Exchange, key.Date);
    }

    private void Take(Figi figi, Instrument? instrument)
    {
        if (instrument is null)
            instruments.Remove(figi);
        else
            instruments[figi] = instrument;
    }

    private void Publish()
    {
        if (days.Count > 0)
            calendar = calendar.With(days.Values);
        days.Clear();
        current = new ConfigSnapshot(instruments.ToFrozenDictionary(), calendar);
        complete.TrySetResult(current);
        Interlocked.Exchange(ref next, new TaskCompletionSource<ConfigSnapshot>(TaskCreationOptions.RunContinuationsAsynchronously))
            .SetResult(current);
    }
}

/// <summary>What the pipeline works on at one moment: the instruments and when they trade.</summary>
public sealed record ConfigSnapshot(FrozenDictionary<Figi, Instrument> Instruments, TradingCalendar Calendar)
{
    public static readonly ConfigSnapshot Empty = new(FrozenDictionary<Figi, Instrument>.Empty, TradingCalendar.Empty);
}
