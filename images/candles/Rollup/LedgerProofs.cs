using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;
using StockPipeline.Workers.Ledger;

namespace StockPipeline.Candles.Rollup;

/// <summary>
/// What history has answered for of each instrument's minutes. An answer counts a moment after it was read: the candles it tells of come through
/// another topic, and were written before it.
/// </summary>
internal sealed class LedgerProofs(LedgerTable ledger, TimeProvider clock)
{
    /// <summary>How long after an answer the candles it tells of are given to arrive.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    private static readonly MinuteRanges Nothing = new();

    private readonly Dictionary<Figi, Seen> all = [];

    /// <summary>Every minute in here, from the instant on, has its candle or never had one.</summary>
    public MinuteRanges Of(Figi figi, DateTimeOffset from)
    {
        if (!all.TryGetValue(figi, out var seen))
            all.Add(figi, seen = new Seen());
        if (seen.Next is { } next && clock.GetElapsedTime(seen.At) >= Quiet)
            (seen.Current, seen.Next) = (next, null);
        if (seen.Next is null)
            Look(figi, from, seen);
        return seen.Current;
    }

    public void Forget(Predicate<Figi> gone)
    {
        foreach (var figi in all.Keys.Where(figi => gone(figi)).ToList())
            all.Remove(figi);
    }

    private void Look(Figi figi, DateTimeOffset from, Seen seen)
    {
        lock (ledger.Gate)
        {
            if (!ledger.IsComplete || !ledger.Series.TryGetValue(new(figi, Interval.OneMinute), out var series) || series.Version == seen.Version)
                return;
            (seen.Version, seen.Next, seen.At) = (series.Version, series.Proven.After(Minutes.Of(from)), clock.GetTimestamp());
        }
    }

    private sealed class Seen
    {
        public int Version { get; set; } = -1;

        public MinuteRanges Current { get; set; } = Nothing;

        public MinuteRanges? Next { get; set; }

        public long At { get; set; }
    }
}
