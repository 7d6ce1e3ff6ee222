using StockPipeline.Contracts.Time;

namespace StockPipeline.Storage;

/// <summary>Stretches of time in order, none touching another. Pure; one per series of candles says what has been fetched of it.</summary>
public sealed class RangeSet
{
    private readonly List<TimeRange> ranges = [];

    public RangeSet()
    {
    }

    public RangeSet(IEnumerable<TimeRange> ranges)
    {
        foreach (var range in ranges)
            Add(range);
    }

    public IReadOnlyList<TimeRange> Ranges => ranges;

    public void Add(TimeRange added)
    {
        if (added.IsEmpty)
            return;
        var touching = ranges.Where(range => range.From <= added.To && added.From <= range.To).ToList();
        if (touching.Count > 0)
        {
            added = new TimeRange(Earlier(added.From, touching[0].From), Later(added.To, touching[^1].To));
            ranges.RemoveAll(touching.Contains);
        }
        var at = ranges.FindIndex(range => range.From > added.From);
        ranges.Insert(at < 0 ? ranges.Count : at, added);
    }

    /// <summary>What of the range is in none of ours, in order.</summary>
    public IEnumerable<TimeRange> MissingOf(TimeRange wanted)
    {
        var from = wanted.From;
        foreach (var range in ranges.Where(range => range.Overlaps(wanted)))
        {
            if (from < range.From)
                yield return new TimeRange(from, range.From);
            from = Later(from, range.To);
        }
        if (from < wanted.To)
            yield return new TimeRange(from, wanted.To);
    }

    public bool Covers(TimeRange wanted) => !MissingOf(wanted).Any();

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
