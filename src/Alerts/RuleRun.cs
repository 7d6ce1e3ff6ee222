using StockPipeline.Contracts.Alerts;

namespace StockPipeline.Alerts;

/// <summary>
/// One rule over one series: which candles it tells of. That is a function of the points, the rule and what was said of candles that are kept no
/// longer, whatever the order in which points came; after a repair it is worked out anew. One thread at a time.
/// </summary>
internal sealed class RuleRun
{
    private readonly PointSeries points;
    private readonly Conditions condition;
    private readonly long lengthMs;
    private readonly long sinceMs;
    private readonly long expiresMs;
    private readonly long cooldownMs;
    private readonly bool isProvisional;
    private readonly bool countsFromOpen;
    private readonly SortedSet<long> fired;
    private RuleState before;
    private RuleState now;
    private long settled = long.MinValue;

    /// <param name="rule">Of which AlertLimits finds nothing wrong.</param>
    /// <param name="points">The series it is about.</param>
    /// <param name="found">The open times of the candles of which it was said.</param>
    public RuleRun(AlertRule rule, PointSeries points, IEnumerable<long> found)
    {
        this.points = points;
        Rule = rule;
        condition = new Conditions(rule);
        lengthMs = rule.Condition.Interval.LengthMs;
        sinceMs = rule.Since.ToUnixTimeMilliseconds();
        expiresMs = rule.Expires?.ToUnixTimeMilliseconds() ?? long.MaxValue;
        cooldownMs = (long)rule.Cooldown.TotalMilliseconds;
        isProvisional = rule.Condition.IsProvisional;
        // A candle that had reached the price before anybody asked tells nothing.
        countsFromOpen = isProvisional && rule.Condition.Source == AlertCondition.Candles;
        fired = [.. found.Where(open => countsFromOpen ? open >= sinceMs : open + lengthMs > sinceMs)];
        before = now = Begin();
    }

    public AlertRule Rule { get; }

    /// <summary>The candles that are kept and of which it was said.</summary>
    public IEnumerable<long> Fired => fired;

    /// <summary>Judges all points there are.</summary>
    public void Judge(ICollection<AlertChange> changes)
    {
        if (points.Count == 0)
            return;
        var (known, state) = (settled, before);
        settled = long.MinValue;
        var right = new Dictionary<long, Reading>();
        for (var i = 0; i < points.Count; i++)
        {
            var isFinal = points.IsFinal(i);
            if (!isFinal && !isProvisional)
                continue;
            var open = points.OpenOf(i);
            var copy = state;
            var fires = Step(ref copy, i, fired.Contains(open), out var reading);
            if (fires)
                right[open] = reading;
            if (!isFinal && i == points.Count - 1)
                continue;
            (state, settled) = (copy, open);
        }
        now = state;
        // What lies beyond the newest point may be on its way still, as after a topic was made anew.
        foreach (var open in fired.GetViewBetween(points.Oldest, Math.Max(points.Newest, known)).Where(open => !right.ContainsKey(open)).ToList())
        {
            fired.Remove(open);
            var reading = points.Find(open) is >= 0 and var index ? condition.Read(points, index) : default;
            changes.Add(new AlertChange(Rule, open, IsTrue: false, IsLate: true, reading.Value, reading.Threshold));
        }
        foreach (var (open, reading) in right)
        {
            if (fired.Add(open))
                changes.Add(new AlertChange(Rule, open, IsTrue: true, open < known, reading.Value, reading.Threshold));
        }
    }

    /// <summary>A point has come or changed.</summary>
    public void Take(int index, PointEffect effect, ICollection<AlertChange> changes)
    {
        if (effect == PointEffect.Forming && !isProvisional)
            return;
        if (points.OpenOf(index) <= settled || (isProvisional && index < points.Count - 1))
        {
            Judge(changes);
            return;
        }
        if (isProvisional)
            SettleUpTo(index, changes);
        Advance(index, points.IsFinal(index), changes);
    }

    /// <summary>A point is gone.</summary>
    public void Lose(long open, ICollection<AlertChange> changes)
    {
        if (fired.Remove(open))
            changes.Add(new AlertChange(Rule, open, IsTrue: false, IsLate: true, 0, 0));
        (now, settled) = (before, points.Count == 0 ? long.MinValue : Math.Max(settled, points.Newest));
        Judge(changes);
    }

    /// <summary>The oldest points are about to be forgotten: what was said of them stands.</summary>
    public void Forget(int surplus)
    {
        for (var i = 0; i < surplus; i++)
        {
            if (points.IsFinal(i) || isProvisional)
                Step(ref before, i, fired.Contains(points.OpenOf(i)), out _, isDecided: true);
        }
        var first = surplus < points.Count ? points.OpenOf(surplus) : long.MaxValue;
        fired.RemoveWhere(open => open < first);
    }

    /// <summary>Silence, told once after each final candle.</summary>
    /// <param name="nowMs">What time it is.</param>
    /// <param name="tradedMs">How much trading lies between two moments.</param>
    /// <param name="changes">Takes what is to be said.</param>
    public void CheckSilence(long nowMs, Func<AlertCondition, long, long, long> tradedMs, ICollection<AlertChange> changes)
    {
        var last = points.Count - 1;
        while (last >= 0 && !points.IsFinal(last))
            last--;
        if (last < 0 || nowMs > expiresMs)
            return;
        var (open, limit) = (points.OpenOf(last), (long)Rule.Condition.Window.TotalMilliseconds);
        var from = Math.Max(open + lengthMs, sinceMs);
        if (nowMs - from < limit || fired.Contains(open) || (!Rule.Repeats && (before.IsDone || fired.Count > 0)))
            return;
        var silence = tradedMs(Rule.Condition, from, nowMs);
        if (silence < limit)
            return;
        fired.Add(open);
        changes.Add(new AlertChange(Rule, open, IsTrue: true, IsLate: false, silence / 1000.0, limit / 1000.0));
    }

    private RuleState Begin()
    {
        var frozen = fired.Count > 0 && fired.Min < points.Oldest ? fired.GetViewBetween(long.MinValue, points.Oldest - 1).Max : (long?)null;
        var isForgotten = points.IsTrimmed || frozen is not null;
        // A series that has no points yet begins here.
        var isCut = points.Count > 0 && sinceMs < points.Oldest;
        var isUnknown = condition.IsCrossing ? isForgotten || isCut : isForgotten && sinceMs < points.Oldest;
        var state = RuleState.Begin(isUnknown ? Arming.Unknown : condition.IsCrossing ? Arming.Disarmed : Arming.Armed);
        if (frozen is { } last)
            (state.LastFire, state.IsDone) = (last + lengthMs, !Rule.Repeats);
        fired.RemoveWhere(open => points.Count > 0 && open < points.Oldest && Rule.Condition.Kind != AlertKind.Stale);
        return state;
    }

    /// <summary>Candles that were left open by whoever makes them: their last word stands.</summary>
    private void SettleUpTo(int index, ICollection<AlertChange> changes)
    {
        for (var i = settled == long.MinValue ? 0 : points.FirstFrom(settled + 1); i < index; i++)
            Advance(i, isSettling: true, changes);
    }

    private void Advance(int index, bool isSettling, ICollection<AlertChange> changes)
    {
        var (open, state) = (points.OpenOf(index), now);
        var fires = Step(ref state, index, fired.Contains(open), out var reading);
        if (fires ? fired.Add(open) : fired.Remove(open))
            changes.Add(new AlertChange(Rule, open, fires, IsLate: !fires, reading.Value, reading.Threshold));
        if (isSettling)
            (now, settled) = (state, open);
    }

    /// <returns>Whether the rule tells of the point.</returns>
    private bool Step(ref RuleState state, int index, bool wasSaid, out Reading reading, bool isDecided = false)
    {
        reading = condition.Read(points, index);
        var (open, close) = (points.OpenOf(index), points.OpenOf(index) + lengthMs);
        if (countsFromOpen ? open < sinceMs : close <= sinceMs)
        {
            // Not asked yet; but on which side it stood says whether it goes beyond.
            if (condition.IsCrossing)
                state.Arming = reading.IsTrue ? Arming.Disarmed : reading.IsBack ? Arming.Armed : state.Arming;
            return false;
        }
        if (Rule.Condition.Kind == AlertKind.Stale)
        {
            state.IsDone |= wasSaid && !Rule.Repeats;
            return wasSaid;
        }
        if (close > expiresMs || (state.IsDone && !isDecided))
            return false;
        var isForming = !points.IsFinal(index);
        var isCool = state.LastFire == long.MinValue || close - state.LastFire >= cooldownMs;
        // Of what is not seen whole only that it holds is certain.
        var fires = isDecided ? wasSaid : (wasSaid && (isForming || !reading.IsWhole)) || (reading.IsTrue
            && (state.Arming == Arming.Unknown ? wasSaid : state.Arming == Arming.Armed && isCool));
        if (fires)
            state = new RuleState(Arming.Disarmed, close, !Rule.Repeats);
        else if (reading.IsTrue && condition.IsCrossing)
            state.Arming = Arming.Disarmed;
        if (reading.IsBack)
            state.Arming = reading.IsWhole || state.Arming == Arming.Armed ? Arming.Armed : Arming.Unknown;
        return fires;
    }
}

/// <summary>A rule tells of a candle, or does so no longer.</summary>
/// <param name="Rule">Which.</param>
/// <param name="OpenTime">Of the candle.</param>
/// <param name="IsTrue">It happened; otherwise it did not after all.</param>
/// <param name="IsLate">Later candles were known already.</param>
/// <param name="Value">What the rule looks at.</param>
/// <param name="Threshold">What that is held against.</param>
public readonly record struct AlertChange(AlertRule Rule, long OpenTime, bool IsTrue, bool IsLate, double Value, double Threshold);
