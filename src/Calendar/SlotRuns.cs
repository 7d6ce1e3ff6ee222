using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Calendar;

/// <summary>
/// All slots of one interval as stretches of slots that follow each other without a break. Immutable. Everything is a binary search, for a
/// slot's number counted from the first is the count before its stretch plus its place within.
/// </summary>
internal sealed class SlotRuns
{
    private readonly long[] starts;
    private readonly long[] ends;
    private readonly long[] before;

    public SlotRuns(Interval interval, IReadOnlyList<TradingDay> days)
    {
        LengthMs = interval.LengthMs;
        var runs = new List<(long Start, long End)>();
        foreach (var session in days.SelectMany(day => day.Sessions))
        {
            var start = interval.AlignMs(session.Start.ToUnixTimeMilliseconds());
            // A session that ends on a boundary does not touch the slot that opens there.
            var end = interval.AlignMs(session.End.ToUnixTimeMilliseconds() - 1) + LengthMs;
            if (runs.Count > 0 && start <= runs[^1].End)
                runs[^1] = (runs[^1].Start, Math.Max(runs[^1].End, end));
            else
                runs.Add((start, end));
        }
        starts = [.. runs.Select(run => run.Start)];
        ends = [.. runs.Select(run => run.End)];
        before = new long[runs.Count];
        for (var run = 1; run < runs.Count; run++)
            before[run] = before[run - 1] + CountIn(run - 1);
        Total = runs.Count == 0 ? 0 : before[^1] + CountIn(runs.Count - 1);
    }

    public long LengthMs { get; }

    public long Total { get; }

    public int Runs => starts.Length;

    public long Start(int run) => starts[run];

    public long End(int run) => ends[run];

    /// <summary>The first stretch that ends after the instant.</summary>
    public int RunFrom(long unixMs)
    {
        var at = Array.BinarySearch(ends, unixMs);
        return at < 0 ? ~at : at + 1;
    }

    /// <summary>How many slots open before the instant: also the number of the first slot that opens at it or later.</summary>
    public long OpensBefore(long unixMs)
    {
        var run = RunFrom(unixMs);
        if (run == starts.Length)
            return Total;
        return unixMs <= starts[run] ? before[run] : before[run] + ((unixMs - starts[run] + LengthMs - 1) / LengthMs);
    }

    /// <summary>The open of the slot of this number; there is one for 0 to <see cref="Total"/> - 1.</summary>
    public long Open(long number)
    {
        var at = Array.BinarySearch(before, number);
        var run = at < 0 ? ~at - 1 : at;
        return starts[run] + ((number - before[run]) * LengthMs);
    }

    /// <summary>Whether the slot that contains the instant is one of these.</summary>
    public bool Contains(long unixMs)
    {
        var run = RunFrom(unixMs);
        return run < starts.Length && starts[run] <= unixMs;
    }

    private long CountIn(int run) => (ends[run] - starts[run]) / LengthMs;
}
