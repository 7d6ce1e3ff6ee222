using StockPipeline.Indicators.Candles;

namespace StockPipeline.Indicators.Series;

/// <summary>
/// A formula over the candles of one instrument. Keeps its state before and after the newest candle and some in between. After a repair two states
/// walk side by side, one over the candles as they were and one over them as they are: what differs is said, and where both have met it ends.
/// </summary>
internal sealed class FormulaSeries<TIndicator, TState> : IndicatorSeries
    where TIndicator : struct, IIndicator<TIndicator, TState>
    where TState : struct, IEquatable<TState>
{
    private readonly TIndicator indicator;
    private readonly Checkpoints<TState> checkpoints = new();
    private readonly LineComparison comparison;
    private readonly double[] trail;
    private TState before;
    private TState last;
    private long newest = long.MinValue;

    public FormulaSeries(TIndicator indicator)
        : base(TIndicator.Description, indicator.Reach)
    {
        this.indicator = indicator;
        trail = new double[Reach.Trail];
        comparison = new LineComparison(Description, Reach);
    }

    public override void Start(CandleSeries candles)
    {
        if (candles.Trimmed)
            throw new InvalidOperationException("A formula starts with the first candle.");
        Advance(candles, 0, changed: null);
    }

    public override void Calculate(CandleSeries candles, Scratch scratch, ValueChanges changed)
    {
        if (candles.Changes.Count == 0)
            return;
        var earliest = candles.Changes[0];
        var index = candles.Columns.Find(earliest.OpenTime);
        if (earliest.OpenTime > newest)
            Advance(candles, index >= 0 ? index : ~index, changed);
        else if (earliest.OpenTime == newest && index >= 0 && earliest.Existed)
            MoveOn(candles, index, earliest.Former, changed);
        else
            Repair(candles, index >= 0 ? index : ~index, scratch, changed);
        newest = candles.Count == 0 ? long.MinValue : candles.Columns.OpenTime[candles.Count - 1];
    }

    public override void Replay(CandleSeries candles, Scratch scratch, ValueChanges values)
    {
        var (formula, columns, start, state) = (indicator, candles.Columns, 0, default(TState));
        if (candles.Trimmed)
        {
            start = Reach.IsMemoryless ? Reach.Window - 1 : checkpoints.EarliestFrom(columns, Reach.Window - 1, out state);
            if (start < 0)
                return;
        }
        var from = candles.Trimmed ? start + Reach.RunIn : 0;
        var marks = scratch.Trails(Reach.Trail).Now.Span;
        marks.Clear();
        for (var index = start; index < columns.Count; index++)
        {
            formula.Next(ref state, columns, index, marks);
            if (index >= from && Read(formula, state, columns.Position(index), comparison.Now))
                values.Add(Change(columns, index, wasFinal: false), comparison.Now);
        }
    }

    public override bool Move(double by)
    {
        if (indicator is not IRunningTotal<TState> total)
            return false;
        total.Move(ref before, by);
        total.Move(ref last, by);
        checkpoints.Change((ref state) => total.Move(ref state, by));
        return true;
    }

    /// <summary>Takes the candles from the index on, none of which was there before.</summary>
    private void Advance(CandleSeries candles, int from, ValueChanges? changed)
    {
        var (formula, columns) = (indicator, candles.Columns);
        for (var index = from; index < columns.Count; index++)
        {
            before = last;
            Mark(candles, index, before);
            formula.Next(ref last, columns, index, trail);
            if (changed is not null && Read(formula, last, columns.Position(index), comparison.Now))
                changed.Add(Change(columns, index, wasFinal: false), comparison.Now);
        }
        if (columns.Count > 0)
            newest = columns.OpenTime[columns.Count - 1];
    }

    /// <summary>Takes the newest candle again, as it is now, and those after it.</summary>
    private void MoveOn(CandleSeries candles, int index, in CandleRow former, ValueChanges changed)
    {
        var (formula, columns) = (indicator, candles.Columns);
        var position = columns.Position(index);
        var wasThere = Read(formula, last, position, comparison.Former);
        last = before;
        formula.Next(ref last, columns, index, trail);
        var isThere = Read(formula, last, position, comparison.Now);
        Say(columns, index, isThere, former, wasThere, changed);
        Advance(candles, index + 1, changed);
    }

    private void Repair(CandleSeries candles, int first, Scratch scratch, ValueChanges changed)
    {
        var (formula, columns) = (indicator, candles.Columns);
        var (nowTrail, formerTrail) = scratch.Trails(Reach.Trail);
        var now = nowTrail.Span;
        var was = formerTrail.Span;
        now.Clear();
        var index = Begin(candles, first, out var state);
        var former = scratch.Former(candles, Math.Max(0, index - Reach.Window + 1));
        var cut = checkpoints.Cut(index > 0 ? columns.OpenTime[index - 1] : long.MinValue);
        TState prior = default;
        for (; index < first; index++)
        {
            Mark(candles, index, state);
            prior = state;
            formula.Next(ref state, columns, index, now);
        }
        var formerIndex = first - scratch.FirstIndex;
        var formerState = state;
        now.CopyTo(was);
        var meeting = new Meeting(Reach, candles.Changes[^1].OpenTime);
        while (index < columns.Count || formerIndex < former.Count)
        {
            var openTime = index < columns.Count ? columns.OpenTime[index] : long.MaxValue;
            var formerTime = formerIndex < former.Count ? former.OpenTime[formerIndex] : long.MaxValue;
            var (isThere, wasThere, isBoth) = (false, false, openTime == formerTime);
            if (openTime <= formerTime)
            {
                Mark(candles, index, state);
                prior = state;
                formula.Next(ref state, columns, index, now);
                isThere = Read(formula, state, columns.Position(index), comparison.Now);
            }
            if (formerTime <= openTime)
            {
                formula.Next(ref formerState, former, formerIndex, was);
                wasThere = Read(formula, formerState, former.Position(formerIndex), comparison.Former);
            }
            if (wasThere && !isThere)
                Withdraw(former, formerIndex, changed);
            else if (isThere)
                Say(columns, index, isThere: true, wasThere ? former[formerIndex] : default, wasThere, changed);
            var hasMet = isBoth
                && meeting.HasCome(openTime, state.Equals(formerState), columns.Position(index), former.Position(formerIndex));
            // At the newest candle the states before it may still differ, and it may yet move on from there.
            if (hasMet && index < columns.Count - 1)
            {
                checkpoints.Restore(cut, openTime);
                return;
            }
            index += openTime <= formerTime ? 1 : 0;
            formerIndex += formerTime <= openTime ? 1 : 0;
        }
        (before, last) = (prior, state);
        now.CopyTo(trail);
    }

    /// <summary>Where a walk can begin that has to reach the index in the right state, with one candle at least to walk on.</summary>
    private int Begin(CandleSeries candles, int first, out TState state)
    {
        state = default;
        var latest = Math.Max(0, first - 1 - Reach.RunIn);
        if (Reach.IsMemoryless)
            return latest;
        var earliest = candles.Trimmed ? Reach.Window - 1 : 0;
        var start = checkpoints.LatestBefore(candles.Columns, latest, earliest, out state);
        if (start >= 0)
            return start;
        state = default;
        return candles.Trimmed ? throw new InvalidOperationException("A candle changed that lies before all that is remembered.") : 0;
    }

    private void Mark(CandleSeries candles, int index, in TState state)
    {
        if (!Reach.IsMemoryless && index > 0 && candles.Columns.Position(index) % Checkpoints.Spacing == 0)
            checkpoints.Add(candles.Columns.OpenTime[index - 1], state, (2 * candles.MaxCount / Checkpoints.Spacing) + 1);
    }

    private bool Read(TIndicator formula, in TState state, int position, double[] lines)
    {
        if (position < Reach.First)
            return false;
        formula.Read(state, position, lines);
        return LineComparison.HasValue(lines);
    }

    private void Say(CandleColumns columns, int index, bool isThere, in CandleRow former, bool wasThere, ValueChanges changed)
    {
        var close = columns.PriceAt(index);
        if (isThere && wasThere && former.Close == close && former.Final == columns.Final[index] && comparison.IsSame(columns.Close[index]))
            return;
        if (isThere)
            changed.Add(Change(columns, index, wasThere && former.Final), comparison.Now);
        else if (wasThere)
            changed.Add(Change(columns, index, former.Final) with { IsWithdrawn = true }, comparison.Nothing);
    }

    private void Withdraw(CandleColumns columns, int index, ValueChanges changed) =>
        changed.Add(Change(columns, index, columns.Final[index]) with { IsWithdrawn = true }, comparison.Nothing);

    private static ValueChange Change(CandleColumns columns, int index, bool wasFinal) =>
        new(columns.OpenTime[index], columns.PriceAt(index), columns.Final[index], wasFinal, IsWithdrawn: false);
}
