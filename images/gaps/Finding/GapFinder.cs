using StockPipeline.Calendar;
using StockPipeline.Contracts.Time;
using StockPipeline.Workers.Ledger;

namespace StockPipeline.Gaps.Finding;

/// <summary>
/// Finds the slots of the calendar that have no candle, are not proven and not asked for. Pure. Slots next to each other make one run; so do
/// those with only a few candles in between, because asking once is cheaper than asking twice. A run never spans an unknown day.
/// </summary>
internal static class GapFinder
{
    /// <summary>Candles in a row that a run may span: to bring them once more costs less than another request to the exchange.</summary>
    public const int MaxSpannedCandles = 100;

    /// <param name="interval">Of the slots.</param>
    /// <param name="schedule">When there is trading; unknown days have no slots and so no gaps.</param>
    /// <param name="from">Where to begin, in minutes, aligned.</param>
    /// <param name="to">Where to end: what opens here or later is not looked at.</param>
    /// <param name="present">The candles there are.</param>
    /// <param name="proven">Ranges that have been answered.</param>
    /// <param name="asked">Ranges that wait for an answer.</param>
    /// <param name="runs">Takes what is missing, in order.</param>
    /// <returns>The first slot that is neither there nor proven, or <paramref name="to"/>.</returns>
    public static int Find(
        Interval interval, ExchangeSchedule schedule, int from, int to,
        OpenTimes present, MinuteRanges proven, MinuteRanges asked, List<MissingRun> runs)
    {
        if (from >= to)
            return from;
        var length = (int)interval.Length.TotalMinutes;
        var (candle, proof, question) = (present.IndexFrom(from), proven.IndexEndingFrom(from + 1), asked.IndexEndingFrom(from + 1));
        var frontier = to;
        var (run, spanned, afterQuestion) = (default(MissingRun), 0, false);
        var slots = schedule.Slots(interval, Minutes.At(from), Minutes.At(to)).GetEnumerator();
        while (slots.MoveNext())
        {
            var slot = Minutes.OfMs(slots.CurrentMs);
            while (candle < present.Count && present[candle] < slot)
                candle++;
            if (candle < present.Count && present[candle] == slot)
            {
                spanned++;
                afterQuestion = false;
                continue;
            }
            if (Holds(proven, ref proof, slot))
            {
                Close(ref run, runs);
                afterQuestion = false;
                continue;
            }
            frontier = Math.Min(frontier, slot);
            if (Holds(asked, ref question, slot))
            {
                Close(ref run, runs);
                afterQuestion = true;
                continue;
            }
            if (run.Missing > 0 && (spanned > MaxSpannedCandles || SpansUnknown(interval, schedule, run.To, slot)))
                Close(ref run, runs);
            run = run.Missing > 0
                ? run with { To = slot + length, Missing = run.Missing + 1 }
                : new MissingRun(slot, slot + length, 1, afterQuestion);
            (spanned, afterQuestion) = (0, false);
        }
        Close(ref run, runs);
        return frontier;
    }

    private static bool Holds(MinuteRanges ranges, ref int at, int slot)
    {
        while (at < ranges.Count && ranges[at].To <= slot)
            at++;
        return at < ranges.Count && ranges[at].From <= slot;
    }

    private static bool SpansUnknown(Interval interval, ExchangeSchedule schedule, int end, int slot) =>
        slot > end && !schedule.Slots(interval, Minutes.At(end), Minutes.At(slot)).IsComplete;

    private static void Close(ref MissingRun run, List<MissingRun> runs)
    {
        if (run.Missing > 0)
            runs.Add(run);
        run = default;
    }
}
