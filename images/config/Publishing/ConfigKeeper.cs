using StockPipeline.Config.Schedules;
using StockPipeline.Config.Tickers;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Streaming.Producing;
using StockPipeline.Workers;

namespace StockPipeline.Config.Publishing;

/// <summary>Keeps the configuration topic equal to what is wanted. Compares with the topic itself, so a restart writes only what has
/// changed.</summary>
internal sealed class ConfigKeeper(
    ConfigTable table, TopicWriter<ConfigRecord> writer, ScheduleReader schedules, ShareList shares, TimeProvider market, int calendarDays,
        ILogger log)
{
    private readonly CalendarState calendar = new();
    private ConfigSnapshot topic = table.Current;

    /// <summary>The calendar goes out first: whoever learns of an instrument can then tell its gaps from its nights.</summary>
    public async Task FollowAsync(IReadOnlyCollection<Instrument> instruments, CancellationToken stop)
    {
        topic = table.Current;
        await FollowCalendarAsync(instruments, stop);
        var changes = ConfigChanges.OfInstruments(topic, instruments);
        if (changes.Count == 0)
            return;
        var added = changes.Count(change => change.Record is not null && !topic.Instruments.ContainsKey(change.Key.Figi!.Value));
        var removed = changes.Count(change => change.Record is null);
        await WriteAsync(changes, stop);
        Log.InstrumentsPublished(log, instruments.Count, added, removed, changes.Count - added - removed);
    }

    /// <summary>Once a market day, and when an exchange comes in: the days to come, and those of the past that are not known.</summary>
    public async Task FollowCalendarAsync(IReadOnlyCollection<Instrument> instruments, CancellationToken stop)
    {
        var exchanges = instruments.Select(instrument => instrument.Exchange).ToHashSet(StringComparer.Ordinal);
        var now = market.GetUtcNow();
        if (!calendar.NeedsMore(exchanges, now))
            return;
        var coming = await schedules.ComingAsync(exchanges, stop);
        var known = topic.Calendar.With(coming);
        var days = new List<TradingDay>(coming);
        foreach (var exchange in exchanges)
            days.AddRange(await schedules.PastAsync(exchange, shares, known.Of(exchange), calendarDays, stop));
        var changes = ConfigChanges.OfDays(topic, days, DateOnly.FromDateTime(now.UtcDateTime).AddDays(-2 * calendarDays));
        if (changes.Count > 0)
        {
            await WriteAsync(changes, stop);
            Log.CalendarPublished(log, changes.Count, exchanges.Count);
        }
        calendar.Done(exchanges, now);
    }

    /// <summary>Writes, and waits until the table shows it: the next comparison must not see the past.</summary>
    private async Task WriteAsync(IReadOnlyList<(ConfigKey Key, ConfigRecord? Record)> changes, CancellationToken stop)
    {
        foreach (var (key, record) in changes)
            await writer.SendAsync(key.ToString(), record, stop);
        while (!changes.All(change => Shows(change.Key, change.Record)))
            topic = await table.AfterAsync(topic, stop);
    }

    private bool Shows(ConfigKey key, ConfigRecord? record) => key.Figi is { } figi
        ? topic.Instruments.GetValueOrDefault(figi) == record?.Instrument
        : Equals(topic.Calendar.Of(key.Exchange).DayOf(key.Date), record?.TradingDay);
}
