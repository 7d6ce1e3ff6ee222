using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Workers;

namespace StockPipeline.Config.Publishing;

/// <summary>What has to be written so that the topic says what it should: a record, or null for a tombstone. Pure.</summary>
public static class ConfigChanges
{
    public static IReadOnlyList<(ConfigKey Key, ConfigRecord? Record)> OfInstruments(ConfigSnapshot topic, IReadOnlyCollection<Instrument> wanted)
    {
        var changes = new List<(ConfigKey, ConfigRecord?)>();
        foreach (var instrument in wanted)
        {
            if (!topic.Instruments.TryGetValue(instrument.Figi, out var known) || known != instrument)
                changes.Add((ConfigKey.Of(instrument.Figi), ConfigRecord.Of(instrument)));
        }
        var kept = wanted.Select(instrument => instrument.Figi).ToHashSet();
        // Those of another source are for it to keep.
        changes.AddRange(topic.Instruments.Values.Where(known => !kept.Contains(known.Figi) && !known.IsOfPolygon())
            .Select(known => (ConfigKey.Of(known.Figi), (ConfigRecord?)null)));
        return changes;
    }

    /// <summary>Days that are new or different, and tombstones for those before the oldest that is kept.</summary>
    public static IReadOnlyList<(ConfigKey Key, ConfigRecord? Record)> OfDays(ConfigSnapshot topic, IEnumerable<TradingDay> days, DateOnly oldest)
    {
        var changes = new List<(ConfigKey, ConfigRecord?)>();
        foreach (var day in days.Where(day => day.Date >= oldest))
        {
            var known = topic.Calendar.Of(day.Exchange).DayOf(day.Date);
            if (known is null || (!known.Equals(day) && (known.Inferred || !day.Inferred)))
                changes.Add((ConfigKey.Of(day.Date, day.Exchange), ConfigRecord.Of(day)));
        }
        foreach (var exchange in topic.Calendar.Exchanges)
        {
            changes.AddRange(topic.Calendar.Of(exchange).Days.TakeWhile(day => day.Date < oldest)
                .Select(day => (ConfigKey.Of(day.Date, exchange), (ConfigRecord?)null)));
        }
        return changes;
    }
}
