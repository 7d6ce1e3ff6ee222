using System.Collections;

namespace StockPipeline.Calendar;

/// <summary>
/// The opens of the slots in a range, ascending; <see cref="Reversed"/> gives them newest first. Walks without allocating when used in a
/// foreach as it is. Days without a schedule have no slots here: see <see cref="UnknownDays"/>.
/// </summary>
public readonly struct SlotSequence : IEnumerable<DateTimeOffset>
{
    private readonly SlotRuns runs;
    private readonly long first;
    private readonly long end;
    private readonly bool backwards;

    internal SlotSequence(SlotRuns runs, long first, long end, int unknownDays, bool backwards)
    {
        this.runs = runs;
        this.first = first;
        this.end = end;
        this.backwards = backwards;
        UnknownDays = unknownDays;
    }

    public long Count => end - first;

    /// <summary>How many days of the range have no schedule; with any, the slots here are not all there may be.</summary>
    public int UnknownDays { get; }

    public bool IsComplete => UnknownDays == 0;

    public SlotSequence Reversed() => new(runs, first, end, UnknownDays, !backwards);

    public Enumerator GetEnumerator() => new(runs, first, end, backwards);

    IEnumerator<DateTimeOffset> IEnumerable<DateTimeOffset>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>One walk over the slots.</summary>
    public struct Enumerator : IEnumerator<DateTimeOffset>
    {
        private readonly SlotRuns runs;
        private readonly long step;
        private long left;
        private int run;
        private long current;
        private long edge;

        internal Enumerator(SlotRuns runs, long first, long end, bool backwards)
        {
            this.runs = runs;
            left = end - first;
            step = backwards ? -runs.LengthMs : runs.LengthMs;
            if (left == 0)
                return;
            var start = runs.Open(backwards ? end - 1 : first);
            run = runs.RunFrom(start);
            current = start - step;
            edge = backwards ? runs.Start(run) : runs.End(run) - runs.LengthMs;
        }

        public readonly DateTimeOffset Current => DateTimeOffset.FromUnixTimeMilliseconds(current);

        /// <summary>The open as Unix milliseconds.</summary>
        public readonly long CurrentMs => current;

        readonly object IEnumerator.Current => Current;

        public bool MoveNext()
        {
            if (left == 0)
                return false;
            left--;
            if (current != edge)
            {
                current += step;
                return true;
            }
            run += step > 0 ? 1 : -1;
            current = step > 0 ? runs.Start(run) : runs.End(run) + step;
            edge = step > 0 ? runs.End(run) - step : runs.Start(run);
            return true;
        }

        public readonly void Reset() => throw new NotSupportedException("A walk over slots goes one way; begin a new one.");

        public readonly void Dispose()
        {
        }
    }
}
